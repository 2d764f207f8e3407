import type { CodegenConfig } from '@graphql-codegen/cli';

/** Types for the documents of examples/, as a frontend would generate them from its own. `npm run generate` runs it. */
const config: CodegenConfig = {
  schema: 'schema.graphql',
  documents: ['examples/*.ts', 'examples/clients/*.ts'],
  generates: {
    'examples/graphql/': {
      preset: 'client',
      config: {
        enumType: 'string-literal',
        useTypeImports: true,
        scalars: { DateTime: 'string', ID: 'string' },
        importExtension: '.ts',
      },
      presetConfig: { fragmentMasking: false },
    },
  },
};

export default config;
