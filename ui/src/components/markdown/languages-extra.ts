/** Languages that infrastructure people ask for and the library's common set lacks. */
import type { LanguageFn } from 'highlight.js';

/** HashiCorp's configuration language, as in Terraform. */
export const hcl: LanguageFn = (hljs) => {
  const substitution = { className: 'subst', begin: /[$%]\{/, end: /\}/, contains: [hljs.NUMBER_MODE] };
  const text = {
    className: 'string',
    begin: '"',
    end: '"',
    illegal: /\n/,
    contains: [hljs.BACKSLASH_ESCAPE, substitution],
  };
  const here = { className: 'string', begin: /<<-?\s*(\w+)/, end: /^\s*\w+$/m, contains: [substitution] };
  const blocks = 'resource data variable output module provider terraform locals moved import check removed';
  return {
    name: 'HCL',
    aliases: ['terraform', 'tf', 'tfvars'],
    keywords: { keyword: `${blocks} for in if else endfor endif dynamic content`, literal: 'true false null' },
    contains: [
      hljs.HASH_COMMENT_MODE,
      hljs.C_LINE_COMMENT_MODE,
      hljs.C_BLOCK_COMMENT_MODE,
      hljs.NUMBER_MODE,
      text,
      here,
      { className: 'attr', begin: /[\w-]+(?=\s*=[^=])/ },
      { className: 'built_in', begin: /\b[a-z]\w*(?=\()/ },
    ],
  };
};
