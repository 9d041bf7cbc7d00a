import type { Turn } from '../state/conversation';
import { Announcer } from './announcer';
import { TurnView, type TurnViewProps } from './turn-view';

export interface TurnListProps extends Omit<TurnViewProps, 'turn'> {
  readonly turns: readonly Turn[];
}

/** The questions and answers of a conversation, oldest first. */
export default function TurnList({ turns, ...rest }: TurnListProps) {
  return (
    <>
      {turns.map((turn) => (
        <TurnView key={turn.requestId} turn={turn} {...rest} />
      ))}
      <Announcer turn={turns.at(-1)} />
    </>
  );
}
