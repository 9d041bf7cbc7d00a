/**
 * Makes the last block of an unfinished answer presentable: opened emphasis, code and links are closed by `remend`, and
 * a marker whose meaning the next characters decide is held back instead of flashing up as text.
 */
import remend, { type RemendOptions } from 'remend';
import type { Block } from './blocks';

const OPTIONS: RemendOptions = { linkMode: 'text-only', katex: false };

/** A last line that is only the beginning of something: list marker, heading, quote, rule, code fence, formula. */
const UNDECIDED_LINE = /(^|\n)[ \t]*([-*+>=]+|#{1,6}|\d{1,9}[.)]?|[`~]{1,3}[\w+#.-]*|\${1,2}|\\)[ \t]*$/;
/** The head of a table is only known as such by the complete line of dashes below it. */
const UNDECIDED_TABLE = /^[ \t]*\|[^\n]*(\n[ \t]*\|?[-:| \t]*)?$/;
/** The beginning of a tag or of a comment. */
const UNDECIDED_TAG = /<(\/?[a-z]{0,10}|!(-(-(?:(?!-->)[\s\S])*)?)?)$/i;
/** Whole formulas and pieces of code, whose signs are none of Markdown's. */
const CLOSED = /(`+)(?!`)[\s\S]*?[^`]\1(?!`)|\\\([\s\S]*?\\\)|\\\[[\s\S]*?\\\]|\$\$[\s\S]*?\$\$/g;
/** A formula that was opened and not closed. */
const OPEN_FORMULA = /(\\\(|\\\[|\$\$)[^`]*$/;
const CLOSING: Readonly<Record<string, string>> = { '\\(': '\\)', '\\[': '\\]', $$: '$$' };

/** The text of the last block as it should look: `growing` while more of it may come, otherwise broken off. */
export function repairTail({ source, type }: Pick<Block, 'source' | 'type'>, growing = true): string {
  if (type === 'code') return source.replace(/\n[ \t]*[`~]{1,2}$/, '');
  if ((type as string) === 'math') return source;
  if (type === 'paragraph' && UNDECIDED_TABLE.test(source)) return growing ? '' : source;
  const kept: string[] = [];
  const keep = (text: string): string => `\uE000${kept.push(text) - 1}\uE001`;
  const masked = source.replace(CLOSED, keep);
  // Half a formula is held back while the rest may come; of one that was broken off its source is shown.
  const whole = masked.replace(OPEN_FORMULA, (text, opening: string) =>
    growing ? '' : keep(`${text.trimEnd()} ${CLOSING[opening] ?? ''}`),
  );
  const repaired = remend(whole.replace(UNDECIDED_LINE, '$1').replace(UNDECIDED_TAG, ''), OPTIONS);
  return repaired.replace(/\uE000(\d+)\uE001/g, (_, index: string) => kept[Number(index)] ?? '');
}
