/**
 * Emphasis where languages do not put blanks. CommonMark opens and closes `**` by what stands beside it, and takes
 * `**Note:**this` and `**「重要」**です` for text. The libraries mend Chinese, Japanese and Korean; this mends the rest.
 */
import { cjkFriendlyExtension } from 'micromark-extension-cjk-friendly';
import { gfmStrikethroughCjkFriendly } from 'micromark-extension-cjk-friendly-gfm-strikethrough';
import type { Code, Construct, Extension, State, Token } from 'micromark-util-types';

const ASTERISK = 42;
const TILDE = 126;

export function emphasisSyntax(): Extension[] {
  const emphasis = cjkFriendlyExtension();
  const strike = gfmStrikethroughCjkFriendly({ singleTilde: false });
  return [
    { ...emphasis, text: { ...emphasis.text, [ASTERISK]: lenient(emphasis.text?.[ASTERISK]) } },
    { ...strike, text: { ...strike.text, [TILDE]: lenient(strike.text?.[TILDE]) } },
  ];
}

function lenient(constructs: Construct | Construct[] | undefined): Construct {
  const construct = Array.isArray(constructs) ? constructs[0] : constructs;
  if (!construct) throw new Error('The library for emphasis lacks a construct');
  return {
    ...construct,
    tokenize(effects, ok, nok): State {
      const before = this.previous;
      const decide = (after: Code): State | undefined => {
        const token = this.events.at(-1)?.[1];
        if (token) decideBy(token, before, after);
        return ok(after);
      };
      return construct.tokenize.call(this, effects, decide, nok);
    },
  };
}

/** It closes after anything but a blank; it opens before anything but a blank where a letter beyond ASCII goes before. */
function decideBy(token: Token, before: Code, after: Code): void {
  if (!isBlank(before)) token._close = true;
  if (!isBlank(after) && before !== null && before > 127) token._open = true;
}

function isBlank(code: Code): boolean {
  return code === null || code < 0 || /\s/.test(String.fromCharCode(code));
}
