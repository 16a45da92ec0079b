import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'P&H',
  aliases: ['P&H', 'P&H MinePro', 'Harnischfeger'],
  makes: ['Excavator', 'Crane', 'Drilling Rig'],
  models: [
    ['Excavator', 'medium', String.raw`[24]\d00(?:XPC|XPB|XPA|AC)?`],
    ['Drilling Rig', 'medium', String.raw`\d{2,3}XPC?`],
  ],
};
