/** Keys of what is noted with the changes of the whole cluster: what was told of it, and when it was watched. */
export const TOLD = 'told';
export const WATCHED = 'watched';
