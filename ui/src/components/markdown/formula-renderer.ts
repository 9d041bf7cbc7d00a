/** TeX to MathML, in a chunk of its own that is fetched with the first formula. */
import { createElement, type ReactNode } from 'react';
import temml from 'temml';

/** What the library builds; it has no types of its own for this. */
interface MathNode {
  readonly type?: string;
  readonly text?: string;
  readonly attributes?: Readonly<Record<string, unknown>>;
  readonly classes?: readonly string[];
  readonly style?: Readonly<Record<string, string>>;
  readonly children?: readonly MathNode[];
}

/** What a formula may consist of. No address, no identifier, no event is among it. */
const ELEMENTS = new Set(
  `math menclose mfrac mi mmultiscripts mn mo mover mpadded mphantom mprescripts mroot mrow ms mspace msqrt mstyle
   msub msubsup msup mtable mtd mtext mtr munder munderover none`.split(/\s+/),
);
const ATTRIBUTES = new Set(
  `accent accentunder columnalign columnlines columnspacing columnspan depth display displaystyle fence form frame
   height largeop linethickness lspace mathvariant maxsize minsize movablelimits notation rowalign rowlines rowspacing
   rowspan rspace scriptlevel separator stretchy symmetric voffset width`.split(/\s+/),
);
const OPTIONS = { throwOnError: true, trust: false, maxExpand: 1_000, maxSize: [20, 20] as [number, number] };

/** The formula as elements, or null where it is not one. Colours and borders of its own are left out: no style is inline. */
export function drawFormula(tex: string, displayMode: boolean): ReactNode {
  try {
    const root = temml.__renderToMathMLTree(tex, { ...OPTIONS, displayMode }) as MathNode;
    return root.type === 'math' ? draw(root, 0) : null;
  } catch {
    return null;
  }
}

function draw(node: MathNode, key: number): ReactNode {
  const { type, attributes = {}, classes = [], style = {}, children = [] } = node;
  if (node.text !== undefined) return node.text;
  const drawn = children.map(draw);
  if (type === undefined) return drawn;
  if (!ELEMENTS.has(type)) return null;
  const allowed = Object.entries(attributes).filter(([name]) => ATTRIBUTES.has(name));
  const names = [...classes, ...(style['border'] ? ['formula-box'] : [])].join(' ');
  const properties: Record<string, unknown> = Object.fromEntries(allowed.map(([name, value]) => [name, String(value)]));
  if (names !== '') properties['className'] = names;
  return createElement(type, { ...properties, key }, ...drawn);
}
