/** The recorded pieces of `deployment/api/pieces`, which the functions write, as this interface reads them. */
import apology from '../../deployment/api/pieces/apology.json';
import delta from '../../deployment/api/pieces/delta.json';
import end from '../../deployment/api/pieces/end.json';
import marker from '../../deployment/api/pieces/marker.json';
import start from '../../deployment/api/pieces/start.json';
import { parsePiece, type Piece } from '../src/api/piece';

function read(onSendMessage: unknown): Piece {
  const piece = parsePiece({ data: { onSendMessage } });
  if (piece === null) throw new Error('a recorded piece is not read as one');
  return piece;
}

export const RECORDED = {
  start: read(start),
  delta: read(delta),
  end: read(end),
  apology: read(apology),
  marker: read(marker),
};

/** The recorded piece of an event, with other contents. Nothing writes TOOL or RETRACT yet: they start from DELTA, without its text. */
export function recorded(fields: Partial<Piece> & Pick<Piece, 'event'>): Piece {
  return { ...ofEvent(fields), ...fields };
}

function ofEvent({ event, message }: Partial<Piece>): Piece {
  if (event === 'START') return RECORDED.start;
  if (event === 'DELTA') return RECORDED.delta;
  if (event === 'END') return RECORDED.end;
  if (event !== 'ERROR') return { ...RECORDED.delta, message: '' };
  return message === undefined || message === RECORDED.marker.message ? RECORDED.marker : RECORDED.apology;
}
