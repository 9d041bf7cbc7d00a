/**
 * Makes the last, still growing block presentable: opened emphasis, code and links are closed by `remend`, and a
 * marker whose meaning the next characters decide is held back instead of flashing up as text.
 */
import remend, { type RemendOptions } from 'remend';
import type { Block } from './blocks';

const OPTIONS: RemendOptions = { linkMode: 'text-only', katex: false };

/** A last line that is only the beginning of something: list marker, heading, quote, rule, code fence. */
const UNDECIDED_LINE = /(^|\n)[ \t]*([-*+>=]+|#{1,6}|\d{1,9}[.)]?|[`~]{1,3}[\w+#.-]*)[ \t]*$/;
/** The head of a table is only known as such by the complete line of dashes below it. */
const UNDECIDED_TABLE = /^[ \t]*\|[^\n]*(\n[ \t]*\|?[-:| \t]*)?$/;

/** The text of the last block as it should look while more of it may come. */
export function repairTail({ source, type }: Pick<Block, 'source' | 'type'>): string {
  if (type === 'code') return source.replace(/\n[ \t]*[`~]{1,2}$/, '');
  if (type === 'paragraph' && UNDECIDED_TABLE.test(source)) return '';
  return remend(source.replace(UNDECIDED_LINE, '$1'), OPTIONS);
}
