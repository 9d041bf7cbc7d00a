/** Chinese and Japanese are written without blanks, which Markdown was not made for. */
import type { Link, Parents, PhrasingContent, RootContent } from 'mdast';
import { toString } from 'mdast-util-to-string';

const IDEOGRAPH = '[\\p{sc=Han}\\p{sc=Hira}\\p{sc=Kana}\\u3000-\\u303f\\uff00-\\uffef]';
/** A line break between two ideographs is none to the reader: a browser would draw a blank there. */
const SOFT_BREAK = new RegExp(`(?<=${IDEOGRAPH})[ \\t]*\\n[ \\t]*(?=${IDEOGRAPH})`, 'gu');
/** Full-width punctuation ends an address that was written without a mark of its own; so does a sign right after the host. */
const ADDRESS_END = /[\u3000-\u303f\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65\u2018-\u201f]/u;
const HOST_END = new RegExp(`^(?:https?://|www\\.)[\\w.:-]+(?=${IDEOGRAPH})`, 'iu');

export function mapEastAsian(tree: Parents, parseInline: (text: string) => PhrasingContent[]): void {
  const children: RootContent[] = tree.children.flatMap((child): RootContent[] => {
    if (child.type === 'text') return [{ ...child, value: child.value.replace(SOFT_BREAK, '') }];
    if (child.type === 'link') return endAddress(child, parseInline);
    if ('children' in child) mapEastAsian(child, parseInline);
    return [child];
  });
  tree.children = children;
}

function endAddress(link: Link, parseInline: (text: string) => PhrasingContent[]): RootContent[] {
  const text = toString(link);
  // Only an address that stands for itself; one the author marked ends where the author said.
  if (!link.url.endsWith(text) || !/^(https?:\/\/|www\.)/i.test(text)) return [link];
  const end = HOST_END.exec(text)?.[0].length ?? text.search(ADDRESS_END);
  if (end < 0) return [link];
  const url = link.url.slice(0, link.url.length - (text.length - end));
  return [{ ...link, url, children: [{ type: 'text', value: text.slice(0, end) }] }, ...parseInline(text.slice(end))];
}
