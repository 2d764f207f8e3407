import type { InputFieldMap, InputRef } from '@pothos/core';
import { z } from 'zod';
import {
  addNodeBody,
  configureClusterBody,
  deleteRoutesInput,
  nodeInput,
  removeNodeBody,
  routesBody,
  updateNodeBody,
} from '../harper/requests.ts';
import { builder } from './builder.ts';
import { DateTime } from './scalars.ts';

type FieldBuilder = PothosSchemaTypes.InputFieldBuilder<typeof builder.$inferSchemaTypes, 'InputObject'>;
type ItemType = 'String' | 'ID' | 'Boolean' | 'Int' | 'Float' | typeof DateTime | InputRef<object>;

/**
 * Creates a maker of GraphQL input types, so that each input is defined once, as a zod object (harper/requests.ts).
 * The title of the object becomes the type's name. Rules that GraphQL cannot express stay with zod, which checks each
 * input again where it is used.
 */
function createInputTypes(): <S extends z.ZodType<unknown, object>>(schema: S) => InputRef<z.input<S>> {
  const known = new Map<z.ZodObject, InputRef<object>>();

  function toObjectType(schema: z.ZodObject): InputRef<object> {
    const present = known.get(schema);
    if (present !== undefined) return present;
    const { title, description, oneOf } = schema.meta() ?? {};
    if (title === undefined || description === undefined) throw new Error('An input needs a title and a description.');
    const ref = builder.inputRef<object>(title);
    known.set(schema, ref);
    return ref.implement({ description, isOneOf: oneOf === true, fields: (t) => toFields(t, schema) });
  }

  function toFields(t: FieldBuilder, { shape }: z.ZodObject): InputFieldMap {
    const fields = Object.entries(shape).map(([name, schema]) => {
      const { description = '' } = z.globalRegistry.get(schema) ?? {};
      const value = withoutWrappers(schema);
      const type: ItemType | [ItemType] =
        value instanceof z.ZodArray ? [toItemType(value.element)] : toItemType(schema);
      return [name, t.field({ description, required: !(schema instanceof z.ZodOptional), type })] as const;
    });
    return Object.fromEntries(fields);
  }

  function toItemType(schema: z.core.$ZodType): ItemType {
    const value = withoutWrappers(schema);
    if (value instanceof z.ZodObject) return toObjectType(value);
    if (value instanceof z.ZodString) return z.globalRegistry.get(schema)?.format === 'id' ? 'ID' : 'String';
    if (value instanceof z.ZodNumber) return value.isInt ? 'Int' : 'Float';
    if (value instanceof z.ZodBoolean) return 'Boolean';
    if (value instanceof z.ZodDate) return DateTime;
    throw new Error(`There is no GraphQL input type for the zod type ${value._zod.def.type}.`);
  }

  return (schema) => toObjectType(withoutWrappers(schema) as z.ZodObject) as never;
}

/** What a caller may give: without `nullish`, and without what is made of it later. */
function withoutWrappers(schema: z.core.$ZodType): z.core.$ZodType {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable) return withoutWrappers(schema.unwrap());
  return schema instanceof z.ZodPipe ? withoutWrappers(schema.in) : schema;
}

const inputType = createInputTypes();

export const NodeInput = inputType(nodeInput);
export const AddNodeInput = inputType(addNodeBody);
export const UpdateNodeInput = inputType(updateNodeBody);
export const RemoveNodeInput = inputType(removeNodeBody);
export const ConfigureClusterInput = inputType(configureClusterBody);
export const SetRoutesInput = inputType(routesBody);
export const DeleteRoutesInput = inputType(deleteRoutesInput);
