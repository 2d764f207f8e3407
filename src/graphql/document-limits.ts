import { PothosValidationError } from '@pothos/core';
import { complexityFromQuery } from '@pothos/plugin-complexity';
import {
  type ASTVisitor,
  type DocumentNode,
  type FieldNode,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  parse,
  type Source,
  type ValidationContext,
} from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { SettingName } from '../config/settings.ts';
import { GatewayError } from '../errors.ts';
import type { TrustedDocuments } from './trusted-documents.ts';

/** What a document may ask for. */
export interface DocumentLimits {
  readonly documentTokens: number;
  readonly depth: number;
  readonly aliases: number;
  readonly cost: number;
  readonly introspection: boolean;
  readonly trusted: TrustedDocuments | undefined;
}

/**
 * Refuses documents that ask for more than the limits, with LIMIT_EXCEEDED. All of it is decided once per document: parsed
 * documents and what was found of them are cached.
 */
export function useDocumentLimits(limits: DocumentLimits): Plugin {
  const rules = [aliasRule(limits), costRule(limits), trustRule(limits)];
  if (!limits.introspection) rules.push(introspectionRule);
  return {
    onParse({ setParseFn }) {
      setParseFn((source: string | Source) => {
        try {
          return parse(source, { maxTokens: limits.documentTokens });
        } catch (error) {
          if (!(error as Error).message.includes('Parsing aborted')) throw error;
          throw tooMuch(`The document has more than ${limits.documentTokens} tokens.`, 'MAX_DOCUMENT_TOKENS');
        }
      });
    },
    onValidate({ addValidationRule }) {
      for (const rule of rules) addValidationRule(rule);
    },
  };
}

type Rule = (context: ValidationContext) => ASTVisitor;

function tooMuch(message: string, limit: SettingName): GatewayError {
  return new GatewayError('LIMIT_EXCEEDED', message, { limit });
}

function aliasRule({ aliases }: DocumentLimits): Rule {
  return function aliasLimit(context) {
    let count = 0;
    return {
      Field({ alias }: FieldNode) {
        if (alias === undefined) return;
        count += 1;
        if (count === aliases + 1)
          context.reportError(tooMuch(`The document has more than ${aliases} aliases.`, 'MAX_ALIASES'));
      },
    };
  };
}

/**
 * Depth and cost as Pothos counts them: a field is one, what is below a list counts ten times. They do not depend on variables, so
 * that what was found of a document is true whoever sends it.
 */
function costRule({ depth, cost }: DocumentLimits): Rule {
  return function costLimit(context) {
    return {
      OperationDefinition(operation) {
        const found = complexityOf(operation, context);
        if (found === undefined) return;
        const { depth: deep, complexity } = found;
        if (deep > depth)
          context.reportError(tooMuch(`The document is ${deep} levels deep; ${depth} are taken.`, 'MAX_DEPTH'));
        if (complexity > cost)
          context.reportError(tooMuch(`The document comes to ${complexity} fields; ${cost} are taken.`, 'MAX_COST'));
      },
    };
  };
}

function complexityOf(operation: OperationDefinitionNode, context: ValidationContext) {
  const fragments = context.getDocument().definitions.filter(({ kind }) => kind === Kind.FRAGMENT_DEFINITION);
  const document: DocumentNode = {
    kind: Kind.DOCUMENT,
    definitions: [{ ...operation, variableDefinitions: [] }, ...fragments],
  };
  try {
    return complexityFromQuery(document, { schema: context.getSchema() });
  } catch (error) {
    // Unknown fields and fragments, and those that go round in circles, are what other rules are for.
    if (error instanceof PothosValidationError) return undefined;
    throw error;
  }
}

function trustRule({ trusted }: DocumentLimits): Rule {
  return function trustedDocuments(context) {
    if (trusted === undefined || trusted.has(context.getDocument().loc?.source.body ?? '')) return {};
    return {
      OperationDefinition({ operation }) {
        if (trusted.for === 'mutations' && operation !== OperationTypeNode.MUTATION) return;
        const what = trusted.for === 'mutations' ? 'mutations' : 'documents';
        context.reportError(tooMuch(`Only trusted ${what} are taken.`, 'TRUSTED_DOCUMENTS'));
      },
    };
  };
}

const introspectionRule: Rule = function noIntrospection(context) {
  return {
    Field({ name }) {
      if (name.value !== '__schema' && name.value !== '__type') return;
      context.reportError(tooMuch('Introspection is switched off.', 'INTROSPECTION'));
    },
  };
};
