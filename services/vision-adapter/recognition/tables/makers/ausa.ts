import type { Maker } from '../maker.ts';

export const maker: Maker = { name: 'Ausa', makes: ['Site Dumper', 'Forklift', 'Telehandler'] };
