import { useContext, useMemo, useSyncExternalStore, type ReactNode } from 'react';
import { GrowingContext } from './growing';
import { onDemand } from './on-demand';

/** The renderer is big and seldom needed, so it comes with the first formula. */
const renderer = onDemand(() => import('./formula-renderer'));

export interface FormulaProps {
  readonly tex: string;
  /** On a line of its own. */
  readonly display: boolean;
}

/** A formula as MathML. Until the renderer is here, and where it does not understand the formula, its source. */
export function Formula({ tex, display }: FormulaProps) {
  const growing = useContext(GrowingContext);
  const loaded = useSyncExternalStore(renderer.subscribe, renderer.get);
  const drawn = useMemo<ReactNode>(
    // Of a formula on a line of its own the second half may still be missing.
    () => (growing && display ? null : loaded?.drawFormula(tex, display)) ?? <code dir="ltr">{tex}</code>,
    [loaded, tex, display, growing],
  );
  return display ? <span className="formula">{drawn}</span> : drawn;
}
