import type { ComponentType } from 'preact';
import type { IconName } from '../parts/icon.tsx';
import { ChangeView } from './change.tsx';
import { ChangesView } from './changes.tsx';
import { LinkView } from './link.tsx';
import { MapView } from './map.tsx';
import { MatrixView } from './matrix.tsx';
import { NodeView } from './node.tsx';
import { NodesView } from './nodes.tsx';
import { OverviewView } from './overview.tsx';
import { TimelineView } from './timeline.tsx';
import type { ViewProps } from './view-props.ts';

export interface View {
  /** The first part of the path; empty for the view that the page begins with. */
  readonly path: string;
  /** How many further parts its path has, at least and at most. */
  readonly parts: readonly [least: number, most: number];
  readonly component: ComponentType<ViewProps>;
  /** How the navigation shows it; left out where it does not. */
  readonly place?: { readonly title: string; readonly icon: IconName };
  /** Whether it is only for those who may change the cluster. */
  readonly needsChange?: true;
}

/** All views, in the order of the navigation. A view is there for the page when it is in this list. */
export const VIEWS: readonly View[] = [
  { path: '', parts: [0, 0], component: OverviewView, place: { title: 'Overview', icon: 'overview' } },
  { path: 'nodes', parts: [0, 0], component: NodesView, place: { title: 'Nodes', icon: 'nodes' } },
  { path: 'nodes', parts: [1, 1], component: NodeView },
  { path: 'links', parts: [2, 2], component: LinkView },
  { path: 'matrix', parts: [0, 0], component: MatrixView, place: { title: 'Matrix', icon: 'matrix' } },
  { path: 'map', parts: [0, 0], component: MapView, place: { title: 'Map', icon: 'map' } },
  { path: 'timeline', parts: [0, 0], component: TimelineView, place: { title: 'Timeline', icon: 'timeline' } },
  { path: 'timeline', parts: [1, 1], component: ChangeView },
  {
    path: 'changes',
    parts: [0, 2],
    component: ChangesView,
    place: { title: 'Changes', icon: 'changes' },
    needsChange: true,
  },
];

/** The view of a path; undefined where there is none. */
export function viewOf([name = '', ...rest]: readonly string[]): View | undefined {
  return VIEWS.find(({ path, parts: [least, most] }) => path === name && rest.length >= least && rest.length <= most);
}
