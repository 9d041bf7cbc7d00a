import { Component, createRef, type ReactNode } from 'react';

interface KeepSelectionProps {
  readonly children: ReactNode;
}

/** The two ends of a selection, each as a number of characters from the start of the text; null for one outside of it. */
interface Ends {
  readonly anchor: number | null;
  readonly focus: number | null;
}

/**
 * Keeps what a reader selected while the text around it grows: a browser forgets a selection whose text node is written
 * anew. A class, for only a class is asked before the document changes.
 */
export class KeepSelection extends Component<KeepSelectionProps> {
  readonly #root = createRef<HTMLDivElement>();

  override getSnapshotBeforeUpdate(): Ends | null {
    const selection = getSelection();
    if (!this.#root.current || !selection || selection.isCollapsed) return null;
    const anchor = charactersBefore(this.#root.current, selection.anchorNode, selection.anchorOffset);
    const focus = charactersBefore(this.#root.current, selection.focusNode, selection.focusOffset);
    return anchor === null && focus === null ? null : { anchor, focus };
  }

  override componentDidUpdate(_props: KeepSelectionProps, _state: unknown, before: Ends | null): void {
    const selection = getSelection();
    const root = this.#root.current;
    if (!before || !root || !selection?.anchorNode || !selection.focusNode) return;
    const anchor = placeOf(root, before.anchor) ?? [selection.anchorNode, selection.anchorOffset];
    const focus = placeOf(root, before.focus) ?? [selection.focusNode, selection.focusOffset];
    selection.setBaseAndExtent(...anchor, ...focus);
  }

  override render(): ReactNode {
    return <div ref={this.#root}>{this.props.children}</div>;
  }
}

function charactersBefore(root: Element, node: Node | null, offset: number): number | null {
  if (!node || !root.contains(node)) return null;
  const range = document.createRange();
  range.setStart(root, 0);
  range.setEnd(node, offset);
  return range.toString().length;
}

function placeOf(root: Element, characters: number | null): [Node, number] | null {
  if (characters === null) return null;
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  let left = characters;
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const length = node.nodeValue?.length ?? 0;
    if (left <= length) return [node, left];
    left -= length;
  }
  return null;
}
