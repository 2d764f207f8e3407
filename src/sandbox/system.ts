import type { User } from './login.ts';
import type { SandboxNode } from './node.ts';
import { type Body, fail, ok, type Reply, unauthorized } from './operation.ts';

/**
 * search_by_value on system.hdb_info, by which Harper's version is read: a node's own row (docs/harper.md, "Version").
 * Other tables are none that the sandbox has.
 */
export function searchByValue(node: SandboxNode, body: Body, user: User): Reply {
  const { schema, database = schema, table, attribute, value, get_attributes: wanted } = body;
  if (!user.superUser) {
    const permissions = { required_table_permissions: ['read'], required_attribute_permissions: [] };
    return unauthorized({ schema: database, table, ...permissions });
  }
  if (!Array.isArray(wanted)) return fail(400, "'get_attributes' is required");
  if (database !== 'system' || table !== 'hdb_info') return fail(404, `Table '${database}.${table}' does not exist`);
  const row = new Map<unknown, unknown>([
    ['info_id', 1],
    ['data_version_num', node.version],
    ['hdb_version_num', node.version],
  ]);
  const unknown = [attribute, ...wanted.filter((name) => name !== '*')].find((name) => !row.has(name));
  if (unknown !== undefined) return fail(400, `unknown attribute '${unknown}'`);
  if (value !== '*' && value !== row.get(attribute)) return ok([]);
  return ok([Object.fromEntries([...row].filter(([name]) => wanted.includes('*') || wanted.includes(name)))]);
}

/** The description of the REST interface, which names the version as well. The sandbox has no tables to describe. */
export function openApi({ name, version }: SandboxNode): object {
  return {
    openapi: '3.0.3',
    info: { title: 'HarperDB HTTP REST interface', version },
    servers: [{ description: 'REST API', url: `http://${name}:9926/` }],
    paths: {},
    components: {
      schemas: {},
      securitySchemes: {
        basicAuth: { type: 'http', scheme: 'basic' },
        bearerAuth: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
      },
    },
  };
}
