/** What is done to the tree of a block before it is drawn. */
import type { Parents, PhrasingContent, Root } from 'mdast';
import { mapEastAsian } from './east-asian';
import { mapFootnotes, type Footnote } from './footnotes';
import { parseMarkdown } from './syntax';
import { mapTags } from './tags';

export interface Notes {
  /** Keeps the anchors of this answer apart from those of others. */
  readonly scope: string;
  readonly footnotes: readonly Footnote[];
  /** The number of each note in the whole answer. */
  readonly numbers: ReadonlyMap<string, number>;
}

export function remarkAnswer({ scope, numbers }: Notes) {
  return (tree: Root): void => {
    mapTags(tree);
    mapEastAsian(tree, inlineOf);
    mapFootnotes(tree, numbers, scope);
    showFormulasApart(tree);
  };
}

function inlineOf(text: string): PhrasingContent[] {
  return parseMarkdown(text).children.flatMap((block) => (block.type === 'paragraph' ? block.children : []));
}

/** A formula between double dollars that is all there is in a paragraph is one of its own, whatever its line breaks. */
function showFormulasApart(tree: Parents): void {
  for (const child of tree.children) {
    if (!('children' in child)) continue;
    const [only, ...others] = child.children;
    const apart = child.type === 'paragraph' && only?.type === 'inlineMath' && others.length === 0;
    const double =
      apart && (only.position?.end.offset ?? 0) - (only.position?.start.offset ?? 0) > only.value.length + 2;
    if (double) Object.assign(only.data ?? {}, { hProperties: { className: ['language-math', 'math-apart'] } });
    else showFormulasApart(child);
  }
}
