import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Sunward',
  aliases: ['Sunward', '山河智能', '山河'],
  makes: ['Excavator', 'Drilling Rig', 'Crane', 'Loader'],
  models: [
    ['Excavator', 'strong', String.raw`SWE\d{2,4}[A-Z]{0,3}\d?`],
    ['Drilling Rig', 'strong', String.raw`SW[DR]M?\d{2,4}[A-Z]?`],
    ['Skid Steer Loader', 'medium', String.raw`SWL\d{4}[A-Z]?`],
    ['Compact Track Loader', 'medium', String.raw`SWTL\d{4}`],
  ],
};
