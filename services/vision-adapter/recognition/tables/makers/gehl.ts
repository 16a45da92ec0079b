import type { Maker } from '../maker.ts';

export const maker: Maker = { name: 'Gehl', makes: ['Loader', 'Excavator', 'Telehandler'] };
