import { PothosValidationError } from '@pothos/core';
import { complexityFromQuery } from '@pothos/plugin-complexity';
import {
  type DocumentNode,
  GraphQLError,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  parse,
  type Source,
  specifiedRules,
  type ValidationContext,
  type ValidationRule,
  ValuesOfCorrectTypeRule,
  validate,
  visit,
} from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { SettingName, Settings } from '../config/settings.ts';
import { GatewayError } from '../errors.ts';
import { wrapped } from './errors.ts';
import { LiteralsOfCorrectTypeRule } from './literals.ts';
import type { TrustedDocuments } from './trusted-documents.ts';
import type { InputLimits } from './variables.ts';

/**
 * Refuses documents that ask for more than the limits, with LIMIT_EXCEEDED. It decides once per document: parsed
 * documents and what was found of them are cached.
 */
export function useDocumentLimits(settings: Settings, trusted: TrustedDocuments | undefined): Plugin {
  const { MAX_DOCUMENT_TOKENS: maxTokens } = settings;
  const own = [aliasRule(settings), costRule(settings), trustRule(trusted), LiteralsOfCorrectTypeRule];
  const rules: ValidationRule[] = [...specifiedRules.filter((rule) => rule !== ValuesOfCorrectTypeRule), ...own];
  if (!settings.INTROSPECTION) rules.push(introspectionRule);
  return {
    onParse({ setParseFn }) {
      setParseFn((source: string | Source) => {
        try {
          const document = parse(source, { maxTokens });
          checkValues(document, settings);
          return document;
        } catch (error) {
          if (error instanceof GraphQLError && error.originalError instanceof GatewayError) throw error;
          const { message } = error as Error;
          if (!message.includes('Parsing aborted')) throw withoutValue(error as GraphQLError);
          throw tooMuch(`The document has more than ${maxTokens} tokens.`, 'MAX_DOCUMENT_TOKENS');
        }
      });
    },
    onValidate: ({ setValidationFn }) => setValidationFn((schema, document) => validate(schema, document, rules)),
  };
}

/** Refuses a document whose values are too large for anything to work on, before anything does. */
function checkValues(document: DocumentNode, limits: InputLimits): void {
  const { MAX_STRING_LENGTH: characters, MAX_INPUT_DEPTH: levels, MAX_LIST_LENGTH: items } = limits;
  let level = 0;
  const descend = () => {
    level += 1;
    if (level > levels) throw tooMuch(`A value is nested more than ${levels} levels deep.`, 'MAX_INPUT_DEPTH');
  };
  const ascend = () => {
    level -= 1;
  };
  visit(document, {
    StringValue({ value }) {
      if (value.length > characters) {
        throw tooMuch(`A text in the document has more than ${characters} characters.`, 'MAX_STRING_LENGTH');
      }
    },
    ListValue: {
      enter({ values }) {
        if (values.length > items) {
          throw tooMuch(`A list in the document has more than ${items} items.`, 'MAX_LIST_LENGTH');
        }
        descend();
      },
      leave: ascend,
    },
    ObjectValue: { enter: descend, leave: ascend },
  });
}

/** A syntax error without the literal that stands where it was found, which may be a password. */
function withoutValue({ message, source, positions }: GraphQLError): GraphQLError {
  const clean = message.replace(/ (String|BlockString|Int|Float) ".*$/s, ' a $1.');
  return new GraphQLError(clean, { source: source ?? null, positions: positions ?? null });
}

function tooMuch(message: string, limit: SettingName): GraphQLError {
  return wrapped(new GatewayError('LIMIT_EXCEEDED', message, { limit }));
}

function aliasRule({ MAX_ALIASES: aliases }: Settings): ValidationRule {
  return (context) => {
    let count = 0;
    return {
      Field({ alias }) {
        if (alias === undefined) return;
        count += 1;
        if (count === aliases + 1)
          context.reportError(tooMuch(`The document has more than ${aliases} aliases.`, 'MAX_ALIASES'));
      },
    };
  };
}

/**
 * Depth and cost as Pothos counts them: a field is one, what is below a list counts ten times. They do not depend on
 * variables, so that what was found of a document is true whoever sends it.
 */
function costRule({ MAX_DEPTH: depth, MAX_COST: cost }: Settings): ValidationRule {
  return (context) => ({
    OperationDefinition(operation) {
      const found = complexityOf(operation, context);
      if (found === undefined) return;
      const { depth: deep, complexity } = found;
      if (deep > depth)
        context.reportError(tooMuch(`The document is ${deep} levels deep; ${depth} are taken.`, 'MAX_DEPTH'));
      if (complexity > cost)
        context.reportError(tooMuch(`The document comes to ${complexity} fields; ${cost} are taken.`, 'MAX_COST'));
    },
  });
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

function trustRule(trusted: TrustedDocuments | undefined): ValidationRule {
  return (context) => {
    if (trusted === undefined || trusted.has(context.getDocument())) return {};
    return {
      OperationDefinition({ operation }) {
        if (trusted.for === 'mutations' && operation !== OperationTypeNode.MUTATION) return;
        const what = trusted.for === 'mutations' ? 'mutations' : 'documents';
        context.reportError(tooMuch(`Only trusted ${what} are taken.`, 'TRUSTED_DOCUMENTS'));
      },
    };
  };
}

const introspectionRule: ValidationRule = (context) => ({
  Field({ name }) {
    if (name.value !== '__schema' && name.value !== '__type') return;
    context.reportError(tooMuch('Introspection is switched off.', 'INTROSPECTION'));
  },
});
