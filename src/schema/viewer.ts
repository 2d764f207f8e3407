import type { Viewer } from '../harper/domain.ts';
import { builder, requires } from './builder.ts';

const ViewerType = builder.objectRef<Viewer>('Viewer').implement({
  description: 'Who is asking.',
  fields: (t) => ({
    username: t.exposeString('username', {
      description:
        'Name of the Harper user whose credentials the request runs with; in SERVICE mode the name of the token.',
    }),
    role: t.exposeString('role', {
      description:
        'Name of the role of that user, empty where Harper does not say; in SERVICE mode viewer or operator.',
    }),
    isSuperUser: t.exposeBoolean('isSuperUser', {
      description:
        'Whether the role is a super user’s. Harper lets nobody else see the cluster. ' +
        'In SERVICE mode false, since the caller is no user of Harper.',
    }),
    canChange: t.exposeBoolean('canChange', {
      description: 'Whether the mutations of this schema are open to the caller.',
    }),
  }),
});

builder.queryFields((t) => ({
  viewer: t.field({
    type: ViewerType,
    ...requires('viewer', 'Who is asking, as Harper sees it: user_info.'),
    resolve: (_, __, context) => context.harper().viewer(),
  }),
}));
