import type { CodegenConfig } from '@graphql-codegen/cli';

/** What is the same for all: enums are unions of strings, and imports name the file that there is. */
const common = {
  enumType: 'string-literal',
  useTypeImports: true,
  scalars: { DateTime: 'string', ID: 'string' },
  importExtension: '.ts',
} as const;

/** Types for the documents of examples/ and of the console, as a frontend would generate them. */
const config: CodegenConfig = {
  schema: 'schema.graphql',
  generates: {
    'examples/graphql/': {
      documents: ['examples/*.ts', 'examples/clients/*.ts'],
      preset: 'client',
      config: common,
      presetConfig: { fragmentMasking: false },
    },
    // The console sends its documents as they are, so it needs no parser.
    'src/console/graphql/': {
      documents: ['src/console/documents/*.graphql'],
      preset: 'client',
      config: { ...common, documentMode: 'string' },
      presetConfig: { fragmentMasking: false },
    },
  },
};

export default config;
