/**
 * The few tags models write inside Markdown, mapped to elements of the tree. Only bare ones, by name: a tag with an
 * attribute, and every other tag, stays the text it is.
 */
import type { Nodes, Parents, PhrasingContent, RootContent } from 'mdast';

const INLINE = new Set(
  'b strong i em u s del ins mark small sub sup kbd samp var code q cite ul ol li p summary details'.split(' '),
);
const TAG = /^<(\/?)([a-z]+)\s*(\/?)>$/i;
const DETAILS = /^<(\/?)details\s*>$/i;
const COMMENT = /^<!--[\s\S]*-->$/;

/** A node that is drawn as the element it names. */
interface ElementNode {
  type: 'htmlElement';
  data: { hName: string };
  children: RootContent[];
}

/** Replaces tags throughout a tree; what belongs to no pair stays text. */
export function mapTags(tree: Parents): void {
  for (const child of tree.children) if ('children' in child) mapTags(child);
  gatherDetails(tree);
  if (tree.children.some((child) => child.type === 'html')) {
    tree.children = pairTags(tree.children);
  }
}

/** How many `<details>` a node leaves open: negative where it closes some that were opened before it. */
export function openDetails(node: Nodes): number {
  if (node.type === 'html') {
    const match = DETAILS.exec(node.value);
    return match ? (match[1] === '' ? 1 : -1) : 0;
  }
  return 'children' in node ? node.children.reduce((sum, child) => sum + openDetails(child), 0) : 0;
}

function pairTags(nodes: readonly RootContent[]): RootContent[] {
  const result: RootContent[] = [];
  const open: { name: string; at: number }[] = [];
  for (const node of nodes) {
    const [, slash, tag = ''] = (node.type === 'html' ? TAG.exec(node.value) : null) ?? [];
    const name = tag.toLowerCase();
    if (node.type === 'html' && COMMENT.test(node.value)) continue;
    if (name === 'br') result.push({ type: 'break' });
    else if (slash === '' && INLINE.has(name)) {
      open.push({ name, at: result.length });
      result.push(node);
    } else if (slash === '/' && open.some((tagOpen) => tagOpen.name === name)) {
      let opener = open.pop();
      while (opener && opener.name !== name) opener = open.pop();
      if (opener) result.push(element(name, result.splice(opener.at).slice(1)));
    } else result.push(node);
  }
  return result;
}

function element(name: string, children: RootContent[]): RootContent {
  const node: ElementNode = { type: 'htmlElement', data: { hName: name }, children };
  return node as unknown as RootContent;
}

/** `<details>` in one paragraph and `</details>` in another hold all blocks between them; without an end, all the rest. */
function gatherDetails(parent: Parents): void {
  const children = parent.children as RootContent[];
  const start = children.findIndex((child) => child.type === 'paragraph' && openDetails(child) > 0);
  if (start < 0) return;
  let depth = 0;
  const length = children.slice(start).findIndex((child) => (depth += openDetails(child)) <= 0);
  const inside = children.slice(start, length < 0 ? undefined : start + length + 1);
  const blocks = inside.flatMap(unwrapDetails);
  const summary = blocks.findIndex(isSummary);
  const ordered = summary > 0 ? [...blocks.splice(summary, 1), ...blocks] : blocks;
  const rest = children.slice(start + inside.length);
  parent.children = [...children.slice(0, start), element('details', ordered), ...rest] as typeof parent.children;
  gatherDetails(parent);
}

/** A paragraph without the tags of `<details>` in it, its summary apart. */
function unwrapDetails(block: RootContent): RootContent[] {
  if (block.type !== 'paragraph') return [block];
  const inline = pairTags(block.children.filter((child) => child.type !== 'html' || !DETAILS.test(child.value)));
  const summary = inline.find(isSummary);
  const rest = inline.filter((child) => child !== summary) as PhrasingContent[];
  const blank = rest.every((child) => child.type === 'text' && child.value.trim() === '');
  return [...(summary ? [summary] : []), ...(blank ? [] : [{ ...block, children: rest }])];
}

function isSummary(node: RootContent): boolean {
  return (node as { data?: { hName?: string } }).data?.hName === 'summary';
}
