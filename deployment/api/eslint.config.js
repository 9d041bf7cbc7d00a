// Two worlds: resolvers run in APPSYNC_JS, which lacks half of JavaScript and tells so only when they are deployed; tests run in Node.
import js from '@eslint/js';
import appsync from '@aws-appsync/eslint-plugin';
import globals from 'globals';

export default [
  { ignores: ['node_modules/'] },
  js.configs.recommended,
  {
    files: ['resolvers/*.js'],
    ...appsync.configs.recommended,
    languageOptions: {
      ...appsync.configs.recommended.languageOptions,
      globals: { console: 'readonly' },
      // Some rules judge calls by the type of what is called.
      parserOptions: { project: './tsconfig.json', tsconfigRootDir: import.meta.dirname },
    },
  },
  {
    files: ['test/**/*.js', 'eslint.config.js'],
    languageOptions: { globals: globals.node },
  },
];
