// Grammars by maker, kinds by word, and answers with holes. What deceives stands in the truth set, a fixture each.
import { describe, expect, test } from '@jest/globals';
import { aggregate } from './aggregate.ts';
import {
  visionResponse,
  type ResponseContent,
} from '../../../tests/support/recognition/response-builder.ts';

const look = (what: ResponseContent) => {
  const { aggregate: answer, status, reasons } = aggregate(visionResponse(what));
  return { ...answer, status, reasons };
};

describe('reads maker, model and kind from lettering alone', () => {
  test.each([
    [['CAT 320D'], 'Caterpillar 320D', 'Excavator'],
    [['CATERPILLAR', '320 GC'], 'Caterpillar 320 GC', 'Excavator'],
    [['CAT', 'D6T'], 'Caterpillar D6T', 'Bulldozer'],
    [['CAT', '307.5'], 'Caterpillar 307.5', 'Mini Excavator'],
    [['CATERPILLAR', '140M'], 'Caterpillar 140M', 'Motor Grader'],
    [['VOLVO', 'EC220E'], 'Volvo EC220E', 'Excavator'],
    [['VOLVO', 'EC 220 E'], 'Volvo EC220E', 'Excavator'],
    [['VOLVO', 'L120H'], 'Volvo L120H', 'Wheel Loader'],
    [['VOLVO', 'A40G'], 'Volvo A40G', 'Articulated Hauler'],
    [['HITACHI', 'ZX350LC-7'], 'Hitachi ZX350LC-7', 'Excavator'],
    [['HITACHI', 'ZW220-6'], 'Hitachi ZW220-6', 'Wheel Loader'],
    [['KOMATSU PC210LC-11'], 'Komatsu PC210LC-11', 'Excavator'],
    [['KOMATSU', 'PC 210 LC - 11'], 'Komatsu PC210LC-11', 'Excavator'],
    [['KOMATSU', 'WA380-8'], 'Komatsu WA380-8', 'Wheel Loader'],
    [['KOMATSU', 'D65PX-18'], 'Komatsu D65PX-18', 'Bulldozer'],
    [['JCB', '3CX'], 'JCB 3CX', 'Backhoe Loader'],
    [['JCB', '540-170'], 'JCB 540-170', 'Telehandler'],
    [['LIEBHERR', 'R 936'], 'Liebherr R 936', 'Excavator'],
    [['LIEBHERR', 'LTM 1060-3.1'], 'Liebherr LTM 1060-3.1', 'Mobile Crane'],
    [['DOOSAN', 'DX225LC-5'], 'Doosan DX225LC-5', 'Excavator'],
    [['DEVELON', 'DX225LC-7'], 'Develon DX225LC-7', 'Excavator'],
    [['HYUNDAI', 'HX220AL'], 'Hyundai HX220AL', 'Excavator'],
    [['CASE', '580 Super N'], 'Case 580 Super N', 'Backhoe Loader'],
    [['JOHN DEERE', '210G LC'], 'John Deere 210G LC', 'Excavator'],
    [['KUBOTA', 'KX080-4'], 'Kubota KX080-4', 'Mini Excavator'],
    [['TAKEUCHI', 'TB260'], 'Takeuchi TB260', 'Mini Excavator'],
    [['BOBCAT', 'E35'], 'Bobcat E35', 'Mini Excavator'],
    [['YANMAR', 'ViO57'], 'Yanmar ViO57', 'Mini Excavator'],
    [['WACKER NEUSON', 'EZ53'], 'Wacker Neuson EZ53', 'Mini Excavator'],
    [['BOMAG', 'BW 120 AD-5'], 'Bomag BW 120 AD-5', 'Tandem Roller'],
    [['HAMM', 'HD 12 VV'], 'Hamm HD 12 VV', 'Tandem Roller'],
    [['DYNAPAC', 'CA2500D'], 'Dynapac CA2500D', 'Single Drum Roller'],
    [['MANITOU', 'MLT 741'], 'Manitou MLT 741', 'Telehandler'],
    [['MERLO', 'P40.17'], 'Merlo P40.17', 'Telehandler'],
    [['HYDREMA', '912G'], 'Hydrema 912G', 'Articulated Hauler'],
    [['VÖGELE', 'SUPER 1800-3'], 'Vögele SUPER 1800-3', 'Asphalt Paver'],
  ])('takes %j for a %s', (text, name, type) => {
    expect(look({ text })).toMatchObject({
      name,
      type,
      isConfident: true,
      status: 'identified',
      typeSource: 'model-number',
    });
  });
});

describe('without a maker’s name', () => {
  test('infers the maker of a distinctive number, and is never sure', () => {
    expect(look({ text: ['TB290', 'Tlf. 70 12 34 56'] })).toMatchObject({
      name: 'Takeuchi TB290',
      status: 'inferred',
      isConfident: false,
    });
  });

  test.each([
    ['ZW310-6', 'Hitachi ZW310-6'],
    ['D61EX-24', 'Komatsu D61EX-24'],
    ['EC300E', 'Volvo EC300E'],
    ['PC490LC-10', 'Komatsu PC490LC-10'],
  ])('infers %s to be a %s', (text, name) => {
    expect(look({ text: [text] })).toMatchObject({ name, status: 'inferred', isConfident: false });
  });

  test('infers nothing from a number that many makers use', () => {
    expect(look({ text: ['UDLEJNING 320D'] })).toMatchObject({
      name: null,
      status: 'unidentified',
      confidence: 0,
    });
  });
});

describe('logos and the web', () => {
  test('takes a logo by its canonical name, without the company suffix', () => {
    const answer = look({ logos: { 'Caterpillar Inc.': 0.9 }, labels: { Excavator: 0.9 } });
    expect(answer).toMatchObject({ brand: 'Caterpillar', type: 'Excavator' });
  });

  test('leaves out the logo of a firm that builds no machines, and says so', () => {
    const answer = look({ logos: { 'Coca-Cola': 0.95 } });
    expect(answer).toMatchObject({ brand: null, isConfident: false });
    expect(answer.reasons).toContain('A logo of a firm that builds no machines was left out.');
  });

  test('is sure of a logo with a kind that label and web agree on', () => {
    const answer = look({
      logos: { Komatsu: 0.9 },
      labels: { Bulldozer: 0.9 },
      entities: { Bulldozer: 0.95 },
      guesses: ['komatsu bulldozer'],
    });
    expect(answer).toMatchObject({ name: 'Komatsu', type: 'Bulldozer', isConfident: true });
  });

  test('stays unsure with web scores above 1', () => {
    const answer = look({ entities: { Komatsu: 14.2, Excavator: 9 } });
    expect(answer).toMatchObject({ brand: 'Komatsu', status: 'inferred', isConfident: false });
    expect(answer.confidence).toBeLessThanOrEqual(0.5);
  });

  test('answers nothing for one unrelated entity', () => {
    expect(look({ entities: { Sky: 0.9 } })).toMatchObject({
      status: 'unidentified',
      confidence: 0,
      isConfident: false,
    });
  });

  test('does not take a car for a machine of a maker that builds both', () => {
    const answer = look({ logos: { Volvo: 0.95 }, labels: { Car: 0.97, Sedan: 0.8 } });
    expect(answer.isConfident).toBe(false);
    expect(answer.brandConfidence).toBeLessThan(0.4);
    expect(look({ logos: { 'Volvo Cars': 0.95 } })).toMatchObject({ brand: null });
  });

  test('is surer of a model that the web names too', () => {
    const alone = look({ text: ['CAT', '320D'] });
    const agreed = look({ text: ['CAT', '320D'], guesses: ['cat 320d'] });
    expect(agreed.modelConfidence).toBeGreaterThan(alone.modelConfidence);
  });
});

describe('kinds', () => {
  test.each([
    [{ Loader: 0.9, 'Backhoe loader': 0.9 }, 'Backhoe Loader'],
    [{ 'Skid-steer loader': 0.9, Loader: 0.8 }, 'Skid Steer Loader'],
    [{ 'Compact excavator': 0.85, Excavator: 0.9 }, 'Mini Excavator'],
    [{ Telehandler: 0.8 }, 'Telehandler'],
    [{ 'Road roller': 0.8 }, 'Roller'],
    [{ Gravemaskine: 0.8 }, 'Excavator'],
  ])('takes %j for a %s', (labels, type) => {
    expect(look({ labels })).toMatchObject({ type, status: 'partial', isConfident: false });
  });

  test('trusts the number of an excavator more than a label of a dozer', () => {
    expect(look({ text: ['CAT', '320D'], labels: { Bulldozer: 0.95 } }).type).toBe('Excavator');
  });

  test('keeps the size class of the number against a label of a smaller one', () => {
    const answer = look({ text: ['CAT', '336E'], labels: { 'Compact excavator': 0.6 } });
    expect(answer.type).toBe('Excavator');
  });

  test('discounts a kind that the maker does not build, and says so', () => {
    const answer = look({
      text: ['TAKEUCHI'],
      entities: { Crane: 0.9 },
      labels: { Crane: 0.8 },
    });
    expect(answer.isConfident).toBe(false);
    expect(answer.reasons).toContain(
      'Takeuchi does not build the kind Crane: that hint counts for little.',
    );
  });
});

describe('incomplete answers', () => {
  test('answers unidentified for an empty response', () => {
    expect(look({})).toMatchObject({ status: 'unidentified', confidence: 0, name: null });
    expect(aggregate({}).status).toBe('unidentified');
  });

  test('reads the older form of text, without lines and confidences', () => {
    const vertices = (x: number) => [
      { x, y: 0 },
      { x: x + 100, y: 0 },
      { x: x + 100, y: 40 },
      { x, y: 40 },
    ];
    const { aggregate: answer } = aggregate({
      textAnnotations: [
        { description: 'KOMATSU\nPC210LC-11' },
        { description: 'KOMATSU', boundingPoly: { vertices: vertices(0) } },
        { description: 'PC210LC', boundingPoly: { vertices: vertices(150) } },
        { description: '-', boundingPoly: { vertices: vertices(250) } },
        { description: '11', boundingPoly: { vertices: vertices(260) } },
      ],
    });
    expect(answer.name).toBe('Komatsu PC210LC-11');
  });

  test('takes a confidence of 0 for not given', () => {
    const { name } = look({ text: [{ text: 'CAT 320D', confidence: 0 }] });
    expect(name).toBe('Caterpillar 320D');
  });
});
