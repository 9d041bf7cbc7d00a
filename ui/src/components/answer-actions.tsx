import ButtonGroup, { type ButtonGroupProps } from '@cloudscape-design/components/button-group';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { useState, type RefObject } from 'react';
import { useI18n } from '../i18n/i18n-context';
import type { Turn } from '../state/conversation';
import { copyAnswer, fileName, saveFile, toMarkdown } from './export';

export interface AnswerActionsProps {
  readonly turn: Turn;
  /** The answer as it is drawn, for word processors. */
  readonly drawn: RefObject<Element | null>;
  readonly onAskAgain: (turn: Turn) => void;
  readonly onEdit: () => void;
  readonly detailsOpen: boolean;
  readonly onToggleDetails: () => void;
}

/** What can be done with an answer that is over. */
export function AnswerActions({ turn, drawn, onAskAgain, onEdit, detailsOpen, onToggleDetails }: AnswerActionsProps) {
  const { t, language } = useI18n();
  const [copied, setCopied] = useState<boolean | null>(null);
  const empty = turn.answer.text === '';
  const actions: Readonly<Record<string, () => void>> = {
    copy: () => {
      copyAnswer(turn.answer.text, drawn.current).then(
        () => setCopied(true),
        () => setCopied(false),
      );
    },
    save: () => saveFile(toMarkdown([turn], t('appName'), language), fileName('answer', new Date(turn.answer.askedAt))),
    again: () => onAskAgain(turn),
    edit: onEdit,
    details: onToggleDetails,
  };
  const feedback =
    copied === null ? undefined : (
      <StatusIndicator type={copied ? 'success' : 'error'}>{t(copied ? 'copied' : 'copyFailed')}</StatusIndicator>
    );
  const items: ButtonGroupProps.ItemOrGroup[] = [
    {
      type: 'icon-button',
      id: 'copy',
      text: t('copyAnswer'),
      iconName: 'copy',
      popoverFeedback: feedback,
      disabled: empty,
    },
    { type: 'icon-button', id: 'save', text: t('saveAnswer'), iconName: 'download', disabled: empty },
    { type: 'icon-button', id: 'again', text: t('askAgain'), iconName: 'refresh' },
    { type: 'icon-button', id: 'edit', text: t('editQuestion'), iconName: 'edit' },
    {
      type: 'icon-toggle-button',
      id: 'details',
      text: detailsOpen ? t('hideDetails') : t('showDetails'),
      iconName: 'status-info',
      pressedIconName: 'status-info',
      pressed: detailsOpen,
    },
  ];
  return (
    <div className="answer-actions" data-testid="answer-actions">
      <ButtonGroup
        variant="icon"
        ariaLabel={t('actionsLabel')}
        onItemClick={({ detail }) => actions[detail.id]?.()}
        items={items}
      />
    </div>
  );
}
