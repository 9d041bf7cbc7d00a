/** What a screen reader is told of an answer that grows: whole sentences, once each, without Markdown's signs. */
import { toString } from 'mdast-util-to-string';
import { parseMarkdown } from './markdown/syntax';

const SENTENCE_END = /[.!?:;…]["')\]]*\s|[。！？؟]|\n\n/g;

export interface Utterance {
  /** Empty where no sentence is finished yet. */
  readonly text: string;
  /** Up to which character of the answer everything has been told. */
  readonly upTo: number;
}

/** The sentences finished since `from`; with `finished`, all the rest. */
export function nextUtterance(answer: string, from: number, finished: boolean): Utterance {
  const fresh = answer.slice(from);
  const ends = [...fresh.matchAll(SENTENCE_END)].map((match) => match.index + match[0].length);
  const length = finished ? fresh.length : (ends.at(-1) ?? 0);
  return { text: plainText(fresh.slice(0, length)), upTo: from + length };
}

function plainText(markdown: string): string {
  return parseMarkdown(markdown)
    .children.map((block) => toString(block))
    .join(' ')
    .trim();
}
