import Button from '@cloudscape-design/components/button';
import { Component, useEffect, useState, type ComponentType, type ReactNode } from 'react';
import { useI18n } from '../i18n/i18n-context';

export interface LazyPartProps<P extends object> {
  /** Fetches the part; called again for each retry. The same function each time. */
  readonly load: () => Promise<{ default: ComponentType<P> }>;
  readonly props: P;
  /** What stands in while it is fetched, and above the notice where it could not be. */
  readonly meanwhile?: ReactNode;
}

/** Parts that are here already, so that they show at once the next time. */
const fetched = new WeakMap<object, unknown>();

/**
 * A part of the page that is fetched when needed. Where it cannot be had, only it is missing, and it can be tried again.
 * React's own `lazy` would remember a part that failed for good.
 */
export function LazyPart<P extends object>({ load, props, meanwhile = null }: LazyPartProps<P>) {
  const [Part, setPart] = useState(() => (fetched.get(load) as ComponentType<P> | undefined) ?? null);
  const [failed, setFailed] = useState(false);
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    if (Part) return;
    let wanted = true;
    load().then(
      ({ default: part }) => {
        fetched.set(load, part);
        if (wanted) setPart(() => part);
      },
      () => wanted && setFailed(true),
    );
    return () => {
      wanted = false;
    };
  }, [load, Part, attempt]);

  const retry = (): void => {
    setFailed(false);
    setAttempt(attempt + 1);
  };
  const instead = (
    <>
      {meanwhile}
      <PartFailed onRetry={retry} />
    </>
  );
  if (failed) return instead;
  if (!Part) return meanwhile;
  return (
    <PartBoundary key={attempt} fallback={instead}>
      <Part {...props} />
    </PartBoundary>
  );
}

function PartFailed({ onRetry }: { readonly onRetry: () => void }) {
  const { t } = useI18n();
  return (
    <div className="part-failed" role="alert" data-testid="part-failed">
      <span>{t('partFailed')}</span>
      <Button onClick={onRetry} iconName="refresh">
        {t('retry')}
      </Button>
    </div>
  );
}

interface BoundaryProps {
  readonly fallback: ReactNode;
  readonly children: ReactNode;
}

class PartBoundary extends Component<BoundaryProps, { readonly failed: boolean }> {
  override readonly state = { failed: false };

  static getDerivedStateFromError(): { failed: boolean } {
    return { failed: true };
  }

  override render(): ReactNode {
    return this.state.failed ? this.props.fallback : this.props.children;
  }
}
