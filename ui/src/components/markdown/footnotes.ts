/** Footnotes of a whole answer, although its blocks are drawn apart: one numbering, one list at the end. */
import type { Parents, RootContent } from 'mdast';
import type { Block } from './blocks';

export interface Footnote {
  readonly id: string;
  /** The note as Markdown of its own. */
  readonly source: string;
}

const DEFINITION = /^ {0,3}\[\^([^\]\s]+)\]:[ \t]*/;

/** The notes in the order in which the text refers to them; those nobody refers to are left out. */
export function footnotesOf(blocks: readonly Block[]): readonly Footnote[] {
  const notes = new Map<string, string>();
  for (const { type, source } of blocks) {
    const id = type === 'footnoteDefinition' ? DEFINITION.exec(source)?.[1]?.toLowerCase() : undefined;
    if (id !== undefined && !notes.has(id)) notes.set(id, bodyOf(source));
  }
  if (notes.size === 0) return [];
  const order = new Set<string>();
  for (const { type, source } of blocks) {
    if (type === 'code' || type === 'definition') continue;
    const text = source.replace(DEFINITION, '').replace(/`[^`]*`/g, '');
    for (const [, id = ''] of text.matchAll(/\[\^([^\]\s]+)\]/g)) order.add(id.toLowerCase());
  }
  return [...order].flatMap((id) => {
    const source = notes.get(id);
    return source === undefined ? [] : [{ id, source }];
  });
}

/** Later lines of a note are indented, which would make them code on their own. */
function bodyOf(source: string): string {
  return source
    .replace(DEFINITION, '')
    .replace(/\n {4}/g, '\n')
    .trim();
}

/** The note itself, and the place in the text that refers to it. `scope` keeps the answers of a page apart. */
export function noteAnchor(scope: string, id: string): string {
  return `user-content-${scope}-fn-${id}`;
}

export function referenceAnchor(scope: string, id: string): string {
  return `user-content-${scope}-fnref-${id}`;
}

/** Gives references their number in the whole answer, and takes the notes themselves out of the block. */
export function mapFootnotes(tree: Parents, numbers: ReadonlyMap<string, number>, scope: string): void {
  const children = (tree.children as RootContent[]).flatMap((child): RootContent[] => {
    if (child.type === 'footnoteDefinition') return [];
    if (child.type === 'footnoteReference') {
      const id = child.identifier.toLowerCase();
      return [reference(id, numbers.get(id), scope)];
    }
    if ('children' in child) mapFootnotes(child, numbers, scope);
    return [child];
  });
  tree.children = children;
}

function reference(id: string, number: number | undefined, scope: string): RootContent {
  if (number === undefined) return { type: 'text', value: `[^${id}]` };
  const link = {
    type: 'link',
    url: `#${noteAnchor(scope, id)}`,
    data: { hProperties: { id: referenceAnchor(scope, id) } },
    children: [{ type: 'text', value: String(number) }],
  };
  return { type: 'htmlElement', data: { hName: 'sup' }, children: [link] } as unknown as RootContent;
}
