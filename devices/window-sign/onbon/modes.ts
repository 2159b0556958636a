/** How content comes in, in the order of the card's codes (1 static ..). Apart: options load it. */
export const showModes = ['static', 'quick', 'left', 'right', 'up', 'down'] as const;
export type ShowMode = (typeof showModes)[number];
