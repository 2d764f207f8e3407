import { Component } from 'preact';

/** A component that is rendered again only where one of its properties is another. */
export abstract class Pure<P extends object> extends Component<P> {
  override shouldComponentUpdate(next: Readonly<P>): boolean {
    const before: Readonly<P> = this.props;
    return (Object.keys(next) as (keyof P)[]).some((name) => next[name] !== before[name]);
  }
}
