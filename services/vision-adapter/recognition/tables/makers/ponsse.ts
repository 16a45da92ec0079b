import type { Maker } from '../maker.ts';

export const maker: Maker = { name: 'Ponsse', makes: ['Harvester', 'Forwarder'] };
