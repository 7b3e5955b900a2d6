/** Where a card stands that speaks of an element: beside it, never over it while there is room on any of its sides. Pure; all numbers in pixels of the window. */

export interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

export interface Size {
  width: number;
  height: number;
}

/** Between card and element, and between card and the window's edge. */
const GAP = 12;

const within = (value: number, low: number, high: number): number => Math.max(low, Math.min(value, high));

/** @param beside may reach out of the window @param room where a card may stand @returns its upper left corner */
export function placeBeside(beside: Box, card: Size, room: Box): { left: number; top: number } {
  const target = {
    left: within(beside.left, room.left, room.right),
    top: within(beside.top, room.top, room.bottom),
    right: within(beside.right, room.left, room.right),
    bottom: within(beside.bottom, room.top, room.bottom),
  };
  // Level with the element as far as the window allows.
  const left = within(target.left, room.left + GAP, room.right - GAP - card.width);
  const top = within(target.top, room.top + GAP, room.bottom - GAP - card.height);
  const sides = [
    { spare: room.right - target.right - card.width, at: { left: target.right + GAP, top } },
    { spare: target.left - room.left - card.width, at: { left: target.left - GAP - card.width, top } },
    { spare: room.bottom - target.bottom - card.height, at: { left, top: target.bottom + GAP } },
    { spare: target.top - room.top - card.height, at: { left, top: target.top - GAP - card.height } },
  ];
  const fitting = sides.find(({ spare }) => spare >= 2 * GAP);
  if (fitting) return fitting.at;
  // There is no side for all of it: the one with most room, and within the window.
  const best = sides.reduce((most, side) => (side.spare > most.spare ? side : most));
  return { left: within(best.at.left, room.left + GAP, room.right - GAP - card.width), top: within(best.at.top, room.top + GAP, room.bottom - GAP - card.height) };
}
