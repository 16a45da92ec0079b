import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Tigercat',
  makes: ['Harvester', 'Forwarder', 'Loader'],
  models: [
    ['Harvester', 'medium', String.raw`(?:H|LH|LX)?8\d{2}[A-F]?|1165|1185`],
    ['Forwarder', 'medium', String.raw`10\d{2}[A-C]`],
  ],
};
