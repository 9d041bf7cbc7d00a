import Button from '@cloudscape-design/components/button';
import { useI18n } from '../i18n/i18n-context';
import { partsNeeded } from '../state/parts';

export interface ComposerHintProps {
  readonly id: string;
  /** Of the question, in code points. */
  readonly length: number;
  readonly maxChars: number;
  readonly touch: boolean;
  /** The reader tried to send while an answer is under way. */
  readonly toldBusy: boolean;
  readonly partsLeft: number;
  readonly onSplit: () => void;
  readonly onShorten: () => void;
}

/** The counter appears when this share of the limit is used: before that nobody needs it. */
const COUNTER_FROM = 0.75;

/** What there is to know while writing: the keys, the limit, why nothing is sent. */
export function ComposerHint(props: ComposerHintProps) {
  const { id, length, maxChars, touch, toldBusy, partsLeft } = props;
  const { t, language } = useI18n();
  const over = length > maxChars;
  const number = new Intl.NumberFormat(language);
  const hint = toldBusy ? 'questionHintBusy' : touch ? 'questionHintTouch' : 'questionHint';
  return (
    <div className="constraint" id={id}>
      <span role={toldBusy ? 'status' : undefined} data-testid="question-hint">
        {t(hint)}
      </span>
      {partsLeft > 0 && <span role="status">{t('partsLeft', { count: number.format(partsLeft) })}</span>}
      {length >= maxChars * COUNTER_FROM && (
        <span className={over ? 'counter counter-over' : 'counter'} data-testid="counter">
          {t(over ? 'charactersOver' : 'charactersLeft', {
            count: number.format(Math.abs(maxChars - length)),
            max: number.format(maxChars),
          })}
        </span>
      )}
      {/* Said once, not with each key. */}
      <span role="alert" className="visually-hidden">
        {over && t('ruleTooLong')}
      </span>
      {over && (
        <span className="too-long-actions">
          <Button onClick={props.onSplit}>{t('split', { count: partsNeeded(length, maxChars) })}</Button>
          <Button onClick={props.onShorten}>{t('shorten')}</Button>
        </span>
      )}
    </div>
  );
}
