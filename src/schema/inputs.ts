import { builder } from './builder.ts';
import { DateTime } from './scalars.ts';

const BasicAuthorizationInput = builder.inputType('BasicAuthorizationInput', {
  description: 'A user name and password of the node to be added.',
  fields: (t) => ({
    username: t.string({ required: true, description: 'Name of a super user there.' }),
    password: t.string({
      required: true,
      description: 'Password of that user. It goes to Harper and is never shown or logged.',
    }),
  }),
});

const AuthorizationInput = builder.inputType('AuthorizationInput', {
  description: 'How the called node logs in at the node to be added.',
  isOneOf: true,
  fields: (t) => ({
    basic: t.field({ type: BasicAuthorizationInput, description: 'User name and password.' }),
    header: t.string({ description: 'An Authorization header: "Basic …" or "Bearer …", with a capital first letter.' }),
  }),
});

const TableSubscriptionInput = builder.inputType('TableSubscriptionInput', {
  description: 'One table to replicate.',
  fields: (t) => ({
    database: t.string({ required: true, description: 'Name of the database.' }),
    table: t.string({ required: true, description: 'Name of the table.' }),
    publish: t.boolean({ required: true, description: 'Whether changes on the called node go to the peer.' }),
    subscribe: t.boolean({ required: true, description: 'Whether changes on the peer come to the called node.' }),
  }),
});

type InputFields = PothosSchemaTypes.InputFieldBuilder<typeof builder.$inferSchemaTypes, 'InputObject'>;

/** The fields of add_node that can be set or changed on any node. */
const changeableFields = (t: InputFields) => ({
  url: t.string({
    description: 'Its replication URL, ws:// or wss://; made of hostname and the called node’s own port when left out.',
  }),
  verifyTls: t.boolean({ description: 'Whether its certificate is verified; Harper verifies when left out.' }),
  authorization: t.field({
    type: AuthorizationInput,
    description: 'Login for the node, needed once when it is added.',
  }),
  retainAuthorization: t.boolean({
    description: 'Whether Harper stores the login, in clear text, for later connections; false when left out.',
  }),
  revokedCertificates: t.stringList({
    description: 'Serial numbers of certificates of the node that are no longer accepted.',
  }),
  shard: t.int({ description: 'Shard the node belongs to, 0 to 65535.' }),
  startTime: t.field({ type: DateTime, description: 'Changes from before this time are not replicated.' }),
  subscriptions: t.field({
    type: [TableSubscriptionInput],
    description:
      'The tables to replicate. Left out: everything (a fully replicating connection), or on updateNode what there was. An empty list replicates nothing.',
  }),
});

const waitField = (t: InputFields) => ({
  waitForConnected: t.int({
    description:
      'Milliseconds to wait for the connection, 0 to 60000: the answer comes when every socket that replication needs is connected, or when the time is over, then with a warning. Left out: no waiting.',
  }),
});

const nodeFields = (t: InputFields) => ({
  hostname: t.string({
    description: 'Host name or address, which becomes its name; at least one of hostname and url is needed.',
  }),
  ...changeableFields(t),
});

/** A node as configureCluster takes it. */
export const NodeInput = builder.inputType('NodeInput', {
  description: 'A node and how to replicate with it.',
  fields: nodeFields,
});

/** Input of addNode. */
export const AddNodeInput = builder.inputType('AddNodeInput', {
  description: 'The node to add and how to replicate with it.',
  fields: (t) => ({ ...nodeFields(t), ...waitField(t) }),
});

/** Input of updateNode. */
export const UpdateNodeInput = builder.inputType('UpdateNodeInput', {
  description: 'The node to change and at least one field to change; what is left out stays as it is.',
  fields: (t) => ({
    hostname: t.string({ required: true, description: 'Name of the node.' }),
    ...changeableFields(t),
    ...waitField(t),
  }),
});

/** Input of removeNode. */
export const RemoveNodeInput = builder.inputType('RemoveNodeInput', {
  description: 'The node to remove.',
  fields: (t) => ({
    hostname: t.string({ required: true, description: 'Name of the node, as clusterStatus lists it.' }),
  }),
});

/** Input of configureCluster. */
export const ConfigureClusterInput = builder.inputType('ConfigureClusterInput', {
  description: 'The whole wanted set of peers.',
  fields: (t) => ({
    connections: t.field({
      type: [NodeInput],
      required: true,
      description:
        'Every node to replicate with, each once. Peers that are not in it are removed; an empty list removes all.',
    }),
    expectedRevision: t.id({
      description:
        'Revision out of clusterPlan or clusterStatus. When the topology has another one by now, nothing is sent and the error is CONFLICT. Left out: not checked.',
    }),
  }),
});

const HostRouteInput = builder.inputType('HostRouteInput', {
  description: 'A route by host.',
  fields: (t) => ({
    hostname: t.string({ required: true, description: 'Host name or address, without a port.' }),
    port: t.int({ description: "Replication port, 1 to 65535; Harper's default when left out." }),
  }),
});

const RouteInput = builder.inputType('RouteInput', {
  description: 'A route: where a node can be found.',
  isOneOf: true,
  fields: (t) => ({
    url: t.string({ description: 'As a ws:// or wss:// URL.' }),
    host: t.field({ type: HostRouteInput, description: 'As a host and a port.' }),
  }),
});

const routesField = (t: InputFields) => ({
  routes: t.field({ type: [RouteInput], required: true, description: 'The routes; at least one.' }),
});

/** Input of setRoutes. */
export const SetRoutesInput = builder.inputType('SetRoutesInput', {
  description: 'Routes to add.',
  fields: routesField,
});

/** Input of deleteRoutes. */
export const DeleteRoutesInput = builder.inputType('DeleteRoutesInput', {
  description: 'Routes to delete.',
  fields: routesField,
});
