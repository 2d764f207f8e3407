/** The body of an operation. */
export type Body = Readonly<Record<string, unknown>>;

/** An answer as it goes out. */
export interface Reply {
  readonly status: number;
  readonly body: unknown;
}

export const ok = (body: unknown): Reply => ({
  status: 200,
  body: typeof body === 'string' ? { message: body } : body,
});

export const fail = (status: number, error: string): Reply => ({ status, body: { error } });

/** How a caller is refused who is no super user. */
export function unauthorized(...access: readonly unknown[]): Reply {
  const error = 'This operation is not authorized due to role restrictions and/or invalid database items';
  return { status: 403, body: { error, unauthorized_access: access, invalid_schema_items: [] } };
}
