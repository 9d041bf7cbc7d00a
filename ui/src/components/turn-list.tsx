import { isUnderWay } from '../state/answer';
import type { Turn } from '../state/conversation';
import { Announcer } from './announcer';
import { TurnView, type TurnViewProps } from './turn-view';

export interface TurnListProps extends Omit<TurnViewProps, 'turn' | 'paused' | 'modelName'> {
  readonly turns: readonly Turn[];
  /** Whether anything can come at present. */
  readonly connected: boolean;
  readonly modelName: string | null;
}

/** The questions and answers of a conversation, oldest first. */
export default function TurnList({ turns, connected, modelName, ...rest }: TurnListProps) {
  return (
    <>
      {turns.map((turn) => (
        <TurnView
          key={turn.requestId}
          turn={turn}
          paused={!connected && isUnderWay(turn.answer)}
          modelName={modelName}
          {...rest}
        />
      ))}
      <Announcer turn={turns.at(-1)} />
    </>
  );
}
