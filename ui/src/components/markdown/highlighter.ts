/** Colours for code, in a chunk of its own that is fetched with the first code block. */
import type { Root } from 'hast';
import dockerfile from 'highlight.js/lib/languages/dockerfile';
import powershell from 'highlight.js/lib/languages/powershell';
import { common, createLowlight } from 'lowlight';
import { hcl } from './languages-extra';

const lowlight = createLowlight({ ...common, dockerfile, hcl, powershell });

/** The code as coloured spans, or null for a language this build does not know. */
export function highlight(code: string, language: string): Root | null {
  return lowlight.registered(language) ? lowlight.highlight(language, code) : null;
}
