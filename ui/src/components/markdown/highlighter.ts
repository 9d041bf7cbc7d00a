/** Colours for code, in a chunk of its own that is fetched with the first code block. */
import type { Root } from 'hast';
import { common, createLowlight } from 'lowlight';

const lowlight = createLowlight(common);

/** The code as coloured spans, or null for a language this build does not know. */
export function highlight(code: string, language: string): Root | null {
  return lowlight.registered(language) ? lowlight.highlight(language, code) : null;
}
