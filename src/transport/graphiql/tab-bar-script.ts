/** A function of the page: has the tabs of GraphiQL reached by a finger and by the keyboard where they do not fit. */
export const TAB_BAR = `
  function tendTabs(root) {
    // A finger scrolls the tabs. GraphiQL would move the touched one to another place meanwhile.
    const onPointerDown = (event) => {
      if (event.pointerType === 'touch' && event.target.closest('.graphiql-tab')) event.stopPropagation();
    };
    // A browser leaves a tab half hidden that has got the focus. A mouse must not move what it is about to click.
    const onFocus = ({ target }) => {
      if (!target.matches('.graphiql-tab-button:focus-visible')) return;
      target.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    };
    root.addEventListener('pointerdown', onPointerDown, true);
    root.addEventListener('focusin', onFocus);
  }
`;
