/**
 * Formulas as models write them: `\( \)`, `\[ \]`, `$$ $$` and `$ $`. The library finds them; this keeps it from taking
 * prices and brackets for formulas, and from letting a formula that never ends swallow the rest of an answer.
 */
import { math } from 'micromark-extension-llm-math';
import { markdownLineEnding } from 'micromark-util-character';
import type { Code, Construct, Effects, Extension, State, TokenizeContext } from 'micromark-util-types';

/** Says of the text read so far whether a formula begins with it: yes, no, or that more must be read. */
type Verdict = (read: string, ended: boolean) => boolean | null;

/** No formula is longer; a check that would read on for ever gives up here. */
const LONGEST = 20_000;

export function mathSyntax(): Extension {
  const { flow, text } = math();
  return {
    flow: { 36: guarded(flow?.[36], dollarBlock), 92: guarded(flow?.[92], bracketBlock) },
    text: { 36: guarded(text?.[36], dollarText), ...(text?.[92] ? { 92: text[92] } : {}) },
  };
}

/** `$$` on a line of its own, up to the next such line. Without an end it is taken to still grow. */
function dollarBlock(read: string, ended: boolean): boolean | null {
  return block(read, ended, /^\${2,}[ \t]*$/, /^[ \t]*\${2,}[ \t]*$/, '$$');
}

/** `\[` up to a `\]` that ends its line. Only on a line of its own may it stand without an end: else it is a bracket. */
function bracketBlock(read: string, ended: boolean): boolean | null {
  const close = read.indexOf('\\]');
  if (close >= 0) {
    const rest = /^[^\n]*/.exec(read.slice(close + 2))?.[0] ?? '';
    if (rest.trim() !== '') return false;
    return read.length > close + 2 + rest.length || ended ? true : null;
  }
  const alone = /^\\\[[ \t]*(\n|$)/.test(read);
  if (!alone && /\n[ \t]*\n/.test(read)) return false;
  return ended ? alone : null;
}

function block(read: string, ended: boolean, opening: RegExp, closing: RegExp, fence: string): boolean | null {
  const lines = read.split('\n');
  const complete = ended ? lines : lines.slice(0, -1);
  if (complete[0] !== undefined && !opening.test(complete[0])) return false;
  const end = complete.slice(1).find((line) => line.includes(fence));
  if (end !== undefined) return closing.test(end);
  return ended ? true : null;
}

/** Two dollars and more always begin a formula; what stands between single ones must look like one. */
function dollarText(read: string, ended: boolean): boolean | null {
  if (read.startsWith('$$')) return true;
  const line = read.split('\n', 1)[0] ?? '';
  const close = line.indexOf('$', 1);
  if (close < 0) return ended || read.includes('\n') ? false : null;
  const after = line[close + 1];
  if (after === undefined && !ended && !read.includes('\n')) return null;
  return looksLikeFormula(line.slice(1, close)) && !/[\p{L}\p{N}]/u.test(after ?? '');
}

/** `$5 to $10` and `$HOME:$PATH` are none; `$x^2$`, `$a = b$` and `$n$` are. */
function looksLikeFormula(text: string): boolean {
  if (text === '' || text !== text.trim()) return false;
  return /[\\^_=]/.test(text) || /^[A-Za-z]\w?'*$/.test(text);
}

/** The construct, tried only where the text ahead passes the check. */
function guarded(constructs: Construct | Construct[] | undefined, verdict: Verdict): Construct {
  const construct = Array.isArray(constructs) ? constructs[0] : constructs;
  if (!construct) throw new Error('The library for formulas lacks a construct');
  return {
    ...construct,
    tokenize(this: TokenizeContext, effects: Effects, ok: State, nok: State): State {
      const begin = construct.tokenize.call(this, effects, ok, nok);
      return effects.check({ tokenize: lookAhead(verdict), partial: true }, begin, nok);
    },
  };
}

function lookAhead(verdict: Verdict): Construct['tokenize'] {
  return (effects, ok, nok) => {
    let read = '';
    const step = (code: Code): State | undefined => {
      const decided = read.length > LONGEST ? false : verdict(read, code === null);
      if (decided !== null) return decided ? ok(code) : nok(code);
      const kind = markdownLineEnding(code) ? 'lineEnding' : 'data';
      effects.enter(kind);
      effects.consume(code);
      effects.exit(kind);
      // Negative codes are tabs and line endings; none of them matters but as a blank or a new line.
      read += markdownLineEnding(code) ? '\n' : code === null || code < 0 ? ' ' : String.fromCharCode(code);
      return step;
    };
    return step;
  };
}
