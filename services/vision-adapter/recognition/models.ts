// How makers number their machines: one row per product line. Patterns are matched against whole
// tokens in capitals without blanks ("320 GC" is 320GC, "LC - 11" is LC-11); `shown` says how
// people write it (default: as matched). To add a line: a row, and a fixture that reads it.
// Longer than other files: it is one table.
import { loosely } from './lettering.ts';
import type { MachineType } from './taxonomy.ts';

/**
 * `strong`: nobody else writes this. `medium`: fits this maker's line. `weak`: believed beside the
 * maker's name only; also what is medium, but a bare number or a letter and two digits.
 */
export type Strength = 'strong' | 'medium' | 'weak';

export interface ModelLine {
  readonly brands: readonly string[];
  readonly type: MachineType;
  readonly pattern: RegExp;
  /** Takes look-alikes too: what it refuses is no misreading of this line either. */
  readonly loose: RegExp;
  readonly shown?: string;
  readonly strength: Strength;
  /** So distinctive that the maker follows from it, unseen (`inferred`). */
  readonly alone?: true;
}

type Row = readonly [
  type: MachineType,
  strength: Strength | 'alone',
  pattern: string,
  shown?: string,
];

/** -7, -11, -5B, -8M0. No maker has come past 25. */
const version = String.raw`(-(?:1\d|2[0-5]|[1-9])(?:[ABEGMNR]\d?)?)?`;
const lines = (brands: string | readonly string[], rows: readonly Row[]): ModelLine[] =>
  rows.map(([type, strength, pattern, shown]) => ({
    brands: typeof brands === 'string' ? [brands] : brands,
    type,
    strength: strength === 'alone' ? 'strong' : strength,
    pattern: new RegExp(`^(?:${pattern})$`, 'u'),
    loose: new RegExp(`^(?:${loosely(pattern)})$`, 'u'),
    ...(shown === undefined ? {} : { shown }),
    ...(strength === 'alone' ? { alone: true as const } : {}),
  }));

const catFull = '31[1-9]|32[0-9]|33[0-9]|34[0-9]|35[0-9]|36[05]|37[45]|38[05]|39[05]';
const catWheel = '90[1-9]|91[0-8]|92[0-8]|930|936|938|950|962|966|972|980|982|986|988|990|99[2-5]';
const catTrack = '933|939|943|953|963|973';
const catGrader = '12|14|16|18|24|120|130|135|140|143|150|160|163';
const catBackhoe = '41[56]|42[0-8]|43[0-8]|44[0-4]|450';
const komatsuTail = String.raw`((?:N?LC|HD|US|UU|MR|SE|SP|LL|HRD|I|E|F|M|R)*)` + version;

export const modelLines: readonly ModelLine[] = [
  ...lines('Caterpillar', [
    [
      'Mini Excavator',
      'medium',
      String.raw`(30[0-9](?:\.\d{1,2})?)([A-H]2?)(CR|SR|SB)?`,
      '$1$2 $3',
    ],
    ['Mini Excavator', 'medium', String.raw`(30[0-9](?:\.\d{1,2})?)(CR|SR)`, '$1 $2'],
    ['Mini Excavator', 'medium', String.raw`30[0-9]\.\d{1,2}`],
    ['Mini Excavator', 'weak', '30[1-9]|310'],
    [
      'Excavator',
      'medium',
      `(${catFull})([A-H]2?)((?:L|LN|LC|LR|LRR|LCR|RR|SR|CR|U|UHD|ME|MHPU|XE)?)`,
      '$1$2 $3',
    ],
    ['Excavator', 'medium', `(${catFull})(L|LN|LC|LR|CR|SR|GC|GX|XE|UHD)`, '$1 $2'],
    ['Excavator', 'weak', catFull],
    ['Wheeled Excavator', 'medium', 'M3(?:12|13|14|15|16|17|18|19|20|22|23)[C-F]?'],
    ['Material Handler', 'medium', String.raw`MH30[2-8]\d[A-D]?|MH32[0-9]{2}|MH33[0-9]{2}`],
    ['Wheel Loader', 'medium', `(${catWheel})([B-N]2?)((?:XE|Z|XL)?)`, '$1$2 $3'],
    ['Wheel Loader', 'medium', `(${catWheel})(GC|XE)`, '$1 $2'],
    ['Wheel Loader', 'weak', catWheel],
    ['Track Loader', 'medium', `(${catTrack})[B-K]`],
    ['Track Loader', 'weak', catTrack],
    ['Bulldozer', 'medium', '(D(?:[3-9]|10|11))([B-T]2?)((?:XL|XW|LGP|XE|CD|WH|II)?)', '$1$2 $3'],
    ['Bulldozer', 'medium', '(D(?:[3-9]|10|11))(XL|XW|LGP|XE|GC)', '$1 $2'],
    ['Bulldozer', 'weak', 'D(?:[2-9]|10|11)'],
    ['Motor Grader', 'medium', `(${catGrader})(?:[A-LN]|[HM][23]|MAWD)`],
    ['Motor Grader', 'weak', `(?:${catGrader})M`],
    ['Motor Grader', 'medium', '(120|140|150|160)(GC|AWD|LVR)', '$1 $2'],
    ['Backhoe Loader', 'medium', `(${catBackhoe})([B-F]2?)((?:IT|XE|ST)?)`, '$1$2 $3'],
    ['Backhoe Loader', 'weak', catBackhoe],
    ['Articulated Hauler', 'medium', '7(?:25|30|35|40|45)(?:[B-E]2?|EJ)'],
    ['Articulated Hauler', 'medium', '(725|730|735|740|745)(GC|EJ)', '$1 $2'],
    ['Articulated Hauler', 'weak', '7(?:25|30|35|40|45)'],
    [
      'Rigid Dump Truck',
      'medium',
      '7(?:69|70|71|72|73|75|76|77|78|84|85|86|89|93|94|95|97|98)[A-G]',
    ],
    ['Rigid Dump Truck', 'weak', '7(?:69|70|71|72|73|75|77|85|89|93|97)'],
    [
      'Skid Steer Loader',
      'medium',
      '2(?:16|22|26|28|32|36|42|46|48|50|52|56|60|62|68|70|72)[B-D]3?',
    ],
    ['Compact Track Loader', 'medium', '2(?:39|47|49|57|59|67|77|79|87|89|97|99)[B-D]3?'],
    ['Telehandler', 'medium', String.raw`TH\d{2,4}[A-D]?|TL\d{3,4}[A-D]?`],
    [
      'Single Drum Roller',
      'medium',
      'C[SP](?:10|11|12|13|14|16|17|19|32|34|42|44|4[0-9]{2}|5[0-9]|5[0-9]{2}|6[0-9]|6[0-9]{2}|7[0-9]|7[0-9]{2}|8[0-9])[B-F]?',
    ],
    ['Tandem Roller', 'medium', String.raw`C[BCD](?:\d\.\d|\d{1,2}|\d{3})[B-E]?`],
    ['Pneumatic Roller', 'medium', 'CW(?:12|14|16|34)'],
    ['Asphalt Paver', 'medium', String.raw`AP\d{3,4}[A-F]?`],
    ['Cold Planer', 'medium', String.raw`PM\d{3}[A-C]?`],
    ['Scraper', 'medium', '6(?:11|13|21|23|27|31|37|51|57)[B-K]'],
    ['Landfill Compactor', 'medium', '8(?:16|26|36)[B-K]'],
    ['Pipelayer', 'medium', String.raw`PL\d{2}[A-H]?`],
  ]),
  ...lines('Volvo', [
    [
      'Mini Excavator',
      'medium',
      '(?:EC|ECR)(?:1[0-9]|2[0-9]|3[05-9]|4[05-8]|5[0-9]|60)[A-F]?(?:XT|XTV|PRO|PLUS)?',
    ],
    ['Mini Excavator', 'medium', '(ECR?)(18|25)ELECTRIC', '$1$2 Electric'],
    [
      'Excavator',
      'alone',
      String.raw`EC(?:7[0-9]|8[0-9]|9[0-9]|[1-9]\d{2})[A-F]?(?:LC|LD|LR|LM|NL|NLC|HR|EHR|L|N)?`,
    ],
    ['Excavator', 'alone', String.raw`ECR(?:8[0-9]|[1-3]\d{2})[A-F]?(?:LC|NL|L)?`],
    ['Wheeled Excavator', 'medium', String.raw`EWR?(?:\d{2}|\d{3})[A-F]?(?:MH)?`],
    [
      'Wheel Loader',
      'medium',
      'L(?:20|25|28|30|32|35|40|45|50|60|70|90|105|110|120|150|180|200|220|250|260|330|350|360)[A-H]2?',
    ],
    [
      'Wheel Loader',
      'weak',
      'L(?:20|25|28|30|35|45|50|60|70|90|110|120|150|180|220|250|260|330|350)',
    ],
    ['Articulated Hauler', 'medium', '(A(?:20|25|30|35|40|45|50|60))([C-H])((?:FS)?)', '$1$2$3'],
    ['Articulated Hauler', 'weak', 'A(?:20|25|30|35|40|45|50|60)'],
    ['Rigid Dump Truck', 'medium', 'R(?:60|70|85|100)[DE]'],
    ['Backhoe Loader', 'medium', 'BL(?:60|61|70|71)(?:B|PLUS)?'],
    [
      'Single Drum Roller',
      'medium',
      String.raw`SD(?:25|45|70|75|77|100|105|110|115|116|122|130|135|160|190|200)[A-F]{0,2}`,
    ],
    [
      'Tandem Roller',
      'medium',
      String.raw`DD(?:15|16|24|25|29|30|31|38|70|80|85|90|95|100|105|110|112|118|120|128|132|138|140)[A-F]{0,3}`,
    ],
    ['Pneumatic Roller', 'medium', 'PT(?:125|220|240)R{0,2}C?'],
    ['Asphalt Paver', 'medium', String.raw`P[2-8]\d{3}[A-D]?`],
    [
      'Motor Grader',
      'medium',
      'G(?:710|720|726|730|740|746|780|930|940|946|960|970|976|990)[A-C]?',
    ],
    [
      'Skid Steer Loader',
      'medium',
      String.raw`MC(?:60|70|80|85|90|95|105|110|115|125|135|155)[A-D]?`,
    ],
    ['Compact Track Loader', 'medium', String.raw`MCT(?:85|110|125|135|145)[A-D]`],
  ]),
  ...lines('Komatsu', [
    ['Mini Excavator', 'medium', `(PC(?:0[0-9]|[1-5][0-9]))${komatsuTail}`],
    [
      'Excavator',
      'alone',
      String.raw`(PC(?:6[0-9]|7[0-9]|8[0-9]|9[0-9]|[1-9]\d{2}|[1-8]\d{3}))${komatsuTail}`,
    ],
    ['Excavator', 'strong', `(PC(?:[1-9][0-9]{2,3})(?:N?LC|HD|US|UU))([0-9]{1,2})`, '$1-$2'],
    ['Excavator', 'medium', `(HB(?:205|215|335|365))${komatsuTail}`],
    ['Wheeled Excavator', 'medium', String.raw`PW(?:\d{2,3})(?:ES|MH)?${version}`],
    ['Wheel Loader', 'alone', String.raw`WA[1-9]\d{2}(?:PZ|PT|HL|LL|L|M)?${version}`],
    ['Wheel Loader', 'medium', String.raw`WA[1-9]\d(?:PZ|PT|M)?${version}`],
    [
      'Bulldozer',
      'alone',
      String.raw`D(?:2[01]|3[1-9]|4[1-9]|5[0-9]|6[0-9]|7[1-9]|8[0-9]|155|275|355|375|475)(?:A|E|P|S|Q|EX|PX|EXI|PXI|AX|AXI|WX|KX|PXI)+-\d{1,2}[A-Z]?0?`,
    ],
    [
      'Bulldozer',
      'medium',
      String.raw`D(?:3[1-9]|4[1-9]|5[1-9]|6[1-9]|7[1-9]|8[1-9]|155|275|375|475)(?:EX|PX|EXI|PXI|AX|AXI|WX|A|P)`,
    ],
    ['Bulldozer', 'weak', 'D(?:31|37|39|41|51|61|63|65|68|71|85|155|275|355|375|475)'],
    ['Rigid Dump Truck', 'medium', String.raw`HD(?:255|325|405|465|605|785|1500)${version}`],
    ['Articulated Hauler', 'medium', String.raw`HM(?:250|300|350|400)${version}`],
    ['Motor Grader', 'medium', String.raw`GD(?:5\d{2}|6\d{2}|7\d{2}|8\d{2})[A-Z]?${version}`],
    ['Backhoe Loader', 'medium', String.raw`WB(?:70|91|93|97|140|142|146|150|156)[RS]?${version}`],
    [
      'Skid Steer Loader',
      'medium',
      String.raw`SK(?:07|09|510|714|815|818|820|1020|1026)${version}`,
    ],
    ['Compact Track Loader', 'medium', String.raw`CK(?:20|25|30|35)${version}`],
    ['Telehandler', 'medium', String.raw`WH(?:609|613|713|714|716)${version}`],
  ]),
  ...lines('Hitachi', [
    [
      'Mini Excavator',
      'medium',
      String.raw`(?:ZX|EX)(?:8|1[0-9]|2[0-9]|3[0-9]|4[0-9]|5[0-9]|60|65)(?:U|UR|USB|US|UNA|CLR|SR|A)*${version}`,
    ],
    [
      'Mini Excavator',
      'medium',
      String.raw`ZAXIS(8|1[0-9]|2[0-9]|3[0-9]|4[0-9]|5[0-9]|60|65)((?:U|US|USB|UNA)?)${version}`,
      'ZX$1$2$3',
    ],
    [
      'Wheeled Excavator',
      'strong',
      String.raw`ZX(?:85|95|130|140|145|150|160|170|180|190|210|220)W${version}`,
    ],
    [
      'Excavator',
      'alone',
      String.raw`ZX(?:7[0-9]|8[0-9]|9[0-9]|[1-9]\d{2})(?:LC|LCN|LCH|LCK|LCR|US|USB|USR|USLC|MT|MF|BH|H|K|L|N|R)*${version}`,
    ],
    ['Excavator', 'strong', String.raw`(ZX(?:[1-9]\d{2})(?:LC|LCN|LCH|LCK|US))(\d)`, '$1-$2'],
    [
      'Excavator',
      'strong',
      String.raw`ZAXIS(7[0-9]|8[0-9]|9[0-9]|[1-9]\d{2})((?:LC|LCN|US|USB|USLC|W|H|N)*)${version}`,
      'ZX$1$2$3',
    ],
    [
      'Excavator',
      'medium',
      String.raw`EX(?:7[0-9]|8[0-9]|9[0-9]|[1-8]\d{2,3})(?:LC|LCH|LCN|H|K|UR|US|E)*${version}`,
    ],
    ['Excavator', 'medium', String.raw`ZH2(?:00|10|50)(?:LC|LCN)?${version}`],
    ['Wheel Loader', 'alone', String.raw`ZW\d{2,3}(?:PL|P|L)?-[1-9][A-Z]?`],
    ['Wheel Loader', 'strong', String.raw`ZW(?:\d{2,3})(?:PL|P|L)?${version}`],
    ['Wheel Loader', 'medium', String.raw`LX(?:\d{2,3})(?:E|SL)?${version}`],
    ['Rigid Dump Truck', 'medium', String.raw`EH(?:[1-5]\d{3}|600|750)(?:AC)?${version}`],
    ['Crawler Crane', 'medium', String.raw`(?:SCX|KH)\d{2,4}${version}`],
  ]),
  ...lines('JCB', [
    ['Backhoe Loader', 'strong', '[1-5]CX(?:PRO|ECO|SUPER|COMPACT)?'],
    ['Excavator', 'alone', String.raw`JS(?:[1-4]\d{2})(?:LC|NC|SC|W|XD|HD|L)*`],
    [
      'Excavator',
      'medium',
      String.raw`(?:130|131|140|150|190|210|220|245|260|300|330|370)X(?:R|LC|NC)?`,
    ],
    [
      'Mini Excavator',
      'medium',
      String.raw`80\d{2}(?:CTS|ZTS|RTS|CTL)?|(?:15|16|18|19|25|26|35|48|50|51|55|57|60|65|67|85|86|90|100)(?:C|Z|R)-\d[E]?`,
    ],
    ['Telehandler', 'strong', String.raw`5\d{2}-\d{2,3}[A-Z]?`],
    ['Rotating Telehandler', 'strong', String.raw`555-(?:210|260)R`],
    [
      'Wheel Loader',
      'medium',
      '4(?:03|06|07|09|10|11|13|14|16|17|26|27|32|34|35|36|37|47|55|56|57|67)(?:S|ZX|HT|E|B)?',
    ],
    ['Telehandler', 'medium', String.raw`TM\d{3}[SR]?`],
    ['Single Drum Roller', 'medium', String.raw`VM\d{2,3}[DP]?|VMT\d{3}|CT\d{3}`],
    [
      'Skid Steer Loader',
      'medium',
      '(?:135|155|160|170|175|190|205|215|225|250|260|280|300|330)W?',
    ],
    ['Articulated Hauler', 'medium', '7(?:14|16|18|22|26)'],
    ['Site Dumper', 'medium', String.raw`HTD-?5|[1679]T-[12]`],
  ]),
  ...lines('Liebherr', [
    [
      'Excavator',
      'strong',
      String.raw`(R)(9\d{2,3})([A-D]?)((?:LC|NLC|SLC|COMPACT|TUNNEL|SME|EW|HD)*)`,
      '$1 $2 $3 $4',
    ],
    [
      'Wheeled Excavator',
      'strong',
      String.raw`(A)(9\d{2})([A-D]?)((?:COMPACT|LITRONIC|RAIL)?)`,
      '$1 $2 $3 $4',
    ],
    [
      'Wheel Loader',
      'medium',
      String.raw`(L)(5\d{2})((?:XPOWER|STEREO|SPEEDER|COMPACT)?)`,
      '$1 $2 $3',
    ],
    ['Bulldozer', 'strong', String.raw`(PR)(7\d{2})((?:LGP|XL|L|M|G8|LITRONIC)*)`, '$1 $2 $3'],
    ['Track Loader', 'strong', String.raw`(LR)(6\d{2})((?:G8)?)`, '$1 $2 $3'],
    ['Crawler Crane', 'medium', String.raw`(LR)(1\d{3})`, '$1 $2'],
    ['Tower Crane', 'strong', String.raw`(\d{2,4})(EC-[BH])(\d{0,2})`, '$1 $2 $3'],
    ['Crawler Crane', 'strong', '(LR)(11000|11350|12500|13000)', '$1 $2'],
    ['Mobile Crane', 'alone', String.raw`(L(?:TM|TC|TF|TR|RT))(1\d{3,4})(-\d\.\d)?`, '$1 $2$3'],
    ['Material Handler', 'strong', String.raw`(LH)(\d{2,3})([MC]?)`, '$1 $2 $3'],
    ['Articulated Hauler', 'strong', '(TA)(230|240)', '$1 $2'],
    ['Telehandler', 'medium', String.raw`(T)(\d{2})-(\d{1,2})(S?)`, '$1 $2-$3$4'],
    ['Rigid Dump Truck', 'medium', '(T)(236|264|274|282|284)', '$1 $2'],
    ['Drilling Rig', 'medium', String.raw`(LB)(\d{2})`, '$1 $2'],
  ]),
  ...lines(
    ['Doosan', 'Develon'],
    [
      [
        'Mini Excavator',
        'medium',
        String.raw`DX(?:1[0-9]|2[0-9]|3[0-9]|4[0-9]|5[0-9]|6[0-9])(?:Z|R|W|E)?${version}`,
      ],
      ['Wheeled Excavator', 'medium', String.raw`DX(?:5[0-9]|1[0-9]{2}|2[0-9]{2})W${version}`],
      [
        'Excavator',
        'strong',
        String.raw`DX(?:[78]\d|[1-9]\d{2,3})(?:LC|LCR|NLC|LCA|R|HD)*${version}`,
      ],
      ['Excavator', 'medium', String.raw`(?:SOLAR|S)\d{2,3}(?:LC|NLC|W)*-(?:V|III|\d)`],
      ['Wheel Loader', 'medium', String.raw`DL(?:\d{2,3})(?:TC|XTC|A)?${version}`],
      ['Articulated Hauler', 'medium', String.raw`DA(?:30|40|45)${version}`],
      ['Bulldozer', 'medium', String.raw`DD(?:100|130)${version}`],
    ],
  ),
  ...lines('Hyundai', [
    [
      'Mini Excavator',
      'medium',
      String.raw`(?:R|HX)(?:1[4-9]|2[0-9]|3[0-9]|4[0-9]|5[0-9]|60)(?:Z|A|AZ|CR)*${version}`,
    ],
    [
      'Wheeled Excavator',
      'medium',
      String.raw`(?:HW|R)(?:5[0-9]|1[0-9]{2}|2[0-9]{2})W?A?(?:CR)?${version}`,
    ],
    [
      'Excavator',
      'strong',
      String.raw`(?:HX|R|ROBEX)(?:[78]\d|[1-9]\d{2,3})(?:LC|NLC|LCR|LCM|L|A|AL|HD|S|T3)+${version}`,
    ],
    ['Excavator', 'medium', String.raw`HX(?:[78]\d|[1-9]\d{2})${version}`],
    ['Wheel Loader', 'medium', String.raw`HL\d{3}(?:A|XT|TM|CVT|S)*${version}`],
    ['Skid Steer Loader', 'medium', String.raw`HSL\d{3}[T]?${version}`],
  ]),
  ...lines('Case', [
    ['Backhoe Loader', 'medium', '(5[789]0|69[05]|75[05])(SUPER|S)([ELMNKR]{1,2})', '$1 Super $3'],
    ['Backhoe Loader', 'medium', '(5[789]0|69[05]|851)(ST|SR|SV|SN|EV|EP|T|SM|SLE|SK|SL|K|N|L|G)'],
    ['Backhoe Loader', 'weak', '580|590|695'],
    [
      'Excavator',
      'strong',
      String.raw`(CX)(7[05]|[89]\d|[1-9]\d{2})([A-F]?)((?:SR|MSR|NLC|LC|RTC|HD)?)`,
      '$1$2$3 $4',
    ],
    ['Mini Excavator', 'strong', String.raw`CX(?:1[5-9]|2\d|3\d|4\d|5\d|60)[A-E]?(?:ZTS|MR|SR)?`],
    ['Wheeled Excavator', 'medium', String.raw`WX\d{3}(?:SR)?`],
    ['Wheel Loader', 'medium', '(?:[56789]21|1021|1121)[B-H]2?'],
    ['Wheel Loader', 'weak', '[56789]21|1021|1121'],
    ['Skid Steer Loader', 'medium', String.raw`S[RV]\d{3}B?`],
    ['Compact Track Loader', 'medium', String.raw`T[RV]\d{3}B?`],
    ['Bulldozer', 'medium', '(?:[678]50|1150|1650|2050)[E-N](?:LGP|WT|LT|XLT)?'],
    ['Motor Grader', 'medium', '8[468]5B?'],
  ]),
  ...lines('John Deere', [
    [
      'Excavator',
      'medium',
      '(1[2-9]0|2[0-9]0|3[0-9]0|470|670|870|345|245|135|75|85)([CDGP])((?:LC|SLC|XLC|W)?)',
      '$1$2 $3',
    ],
    ['Mini Excavator', 'medium', '(?:17|26|27|30|35|50|60)(?:[CDGP]|ZTS)'],
    [
      'Backhoe Loader',
      'medium',
      '(?:210|310|315|410|710)(?:[C-P]|SE|SG|SJ|SK|SL|EJ|EK|EP)(?:HL|EP)?',
    ],
    [
      'Wheel Loader',
      'medium',
      '(?:204|244|304|324|344|444|524|544|624|644|724|744|824|844|944)[G-P](?:T|XT|II)?|(?:244|324|344|444|524|544|624|644|724|744|844)(?:GTIER|PTIER)',
    ],
    [
      'Bulldozer',
      'medium',
      '(?:450|550|650|700|750|764|850|950|1050)[C-P](?:II|LGP|LT|XLT|WLT|WT)?',
    ],
    ['Motor Grader', 'medium', '(?:570|620|622|670|672|770|772|870|872)(?:[A-G]P?|CH)'],
    ['Skid Steer Loader', 'medium', '3(?:12|14|16|18|20|24|26|28|30|32|34)(?:[D-G]|GR|P)'],
    ['Compact Track Loader', 'medium', '3(?:17|19|25|27|29|31|33|35)(?:[D-G]|P)'],
    ['Articulated Hauler', 'medium', '(?:250|260|300|310|350|370|400|410|460)(?:D|E|P)(?:II)?'],
  ]),
  ...lines('Kubota', [
    ['Mini Excavator', 'alone', String.raw`(KX)(\d{3})-(\d)(A?)`, '$1$2-$3$4'],
    [
      'Mini Excavator',
      'strong',
      String.raw`(KX)-?(\d{2,3})-?(\d)((?:ALPHA|A|GLOBAL)?)`,
      '$1$2-$3$4',
    ],
    ['Mini Excavator', 'strong', String.raw`KX\d{2,3}`],
    ['Mini Excavator', 'medium', String.raw`U\d{2}-\d[A-Z]?|K008(?:-\d[A-Z]?)?`],
    ['Mini Excavator', 'weak', 'U(?:10|15|17|20|25|27|30|35|36|45|48|50|55|56)'],
    ['Compact Track Loader', 'strong', String.raw`SVL\d{2,3}(?:-\d[A-Z]?)?`],
    ['Skid Steer Loader', 'strong', String.raw`SSV\d{2}[A-Z]?`],
    ['Wheel Loader', 'medium', String.raw`RT?\d{3}(?:-\d)?`],
    ['Site Dumper', 'medium', String.raw`KC\d{2,3}[A-Z]*(?:-\d)?`],
  ]),
  ...lines('Takeuchi', [
    ['Wheeled Excavator', 'strong', String.raw`TB\d{3}W`],
    ['Mini Excavator', 'alone', String.raw`TB(?:0\d{1,2}|1\d{2}|2\d{2})(?:R|FR|C|E|CR|S)?`],
    ['Excavator', 'medium', String.raw`TB(?:325|335|350|370|395|1[12]\d{2}|23\d{2})R?`],
    ['Mini Excavator', 'medium', String.raw`TB\d{2,4}[A-Z]{0,2}`],
    ['Compact Track Loader', 'medium', String.raw`TL\d{1,3}(?:[VR]?\d?|CR)?`],
    ['Skid Steer Loader', 'medium', String.raw`TS\d{2}[VR]?\d?`],
    ['Wheel Loader', 'medium', String.raw`TW\d{2,3}`],
    ['Site Dumper', 'medium', String.raw`TCR\d{2}(?:-\d)?`],
  ]),
  ...lines('Bobcat', [
    [
      'Mini Excavator',
      'medium',
      String.raw`E(?:0?8|10|14|16|17|19|20|25|26|27|32|34|35|37|38|40|42|45|48|50|55|57|60|62|63|80|85|88|145|165)[ZRE]?`,
    ],
    [
      'Mini Excavator',
      'medium',
      '(?:320|321|322|323|324|325|328|331|334|335|337|341|425|428|430|435|442)[A-Z]?',
    ],
    ['Compact Track Loader', 'medium', String.raw`T(?:\d{2}|\d{3})|MT\d{2,3}`],
    [
      'Skid Steer Loader',
      'medium',
      String.raw`S(?:\d{2}|\d{3})|(?:5[45]3|6[45]3|7[45]3|7[67]3|8[567]3|9[567]3)[A-Z]?`,
    ],
    [
      'Telehandler',
      'strong',
      String.raw`TL\d{2}\.\d{2}|T\d{2}\.\d{3}[A-Z]*|TL\d{3}[A-Z]*|TR\d{2}\.\d{3}`,
    ],
    ['Wheel Loader', 'medium', String.raw`L(?:23|28|65|75|85|95)`],
  ]),
  ...lines('Yanmar', [
    ['Mini Excavator', 'alone', String.raw`(VIO)(\d{2,3})(-[0-9][A-Z]?)?`, 'ViO$2$3'],
    [
      'Mini Excavator',
      'medium',
      String.raw`SV\d{2,3}(?:-\d[A-Z]?)?|B(?:3|5|6|7|12|15|17|18|19|22|25|27|30|32|35|37|50|95)(?:-\d[A-Z]?)?`,
    ],
    ['Wheel Loader', 'medium', String.raw`V\d{1,2}(?:-\d)?`],
    ['Site Dumper', 'medium', String.raw`C\d{2}R(?:-\d[A-Z]*)?`],
    ['Wheeled Excavator', 'medium', String.raw`B\d{2,3}W(?:-\d)?`],
    ['Compact Track Loader', 'medium', String.raw`TL\d{2,3}[A-Z]{0,2}`],
  ]),
  ...lines('Wacker Neuson', [
    ['Mini Excavator', 'medium', String.raw`E[TZ]\d{2,3}E?|803`],
    ['Wheeled Excavator', 'medium', String.raw`EW\d{2,3}`],
    ['Wheel Loader', 'medium', String.raw`WL\d{2,4}[ET]?`],
    ['Site Dumper', 'medium', String.raw`D[WTV]\d{2,3}E?`],
    ['Telehandler', 'medium', String.raw`TH\d{3}E?`],
    ['Tandem Roller', 'medium', String.raw`RD\d{2}[A-Z]?`],
    ['Single Drum Roller', 'medium', String.raw`RC\d{2,3}`],
    ['Skid Steer Loader', 'medium', String.raw`S[W]\d{2}`],
    ['Compact Track Loader', 'medium', String.raw`ST\d{2}`],
    ['Plate Compactor', 'strong', String.raw`(?:DPU|BPU|VP|WP|AP)\d{4}[A-Z]*`],
  ]),
  ...lines('Bomag', [
    [
      'Tandem Roller',
      'strong',
      String.raw`(BW)(\d{2,3})(A[DCMP]{1,2})(-\d)?((?:AM)?)`,
      '$1 $2 $3$4 $5',
    ],
    [
      'Single Drum Roller',
      'strong',
      String.raw`(BW)(\d{3})(D|DH|PDH|PD)(-\d{1,2})?((?:BVC)?)`,
      '$1 $2 $3$4 $5',
    ],
    ['Pneumatic Roller', 'strong', String.raw`(BW)(\d{1,3})(RH?)(-\d)?`, '$1 $2 $3$4'],
    ['Roller', 'medium', String.raw`(BW)(\d{2,3})`, '$1 $2'],
    ['Asphalt Paver', 'medium', String.raw`(BF)(\d{3})([CP]?)(-\d)?`, '$1 $2 $3$4'],
    ['Cold Planer', 'medium', String.raw`(BM)(\d{3,4})/?(\d{2})?(-\d)?`, '$1 $2'],
    ['Plate Compactor', 'medium', String.raw`(BPR|BP|BVP|BT)(\d{2})/?(\d{2})?D?(-\d)?`, '$1 $2/$3'],
    ['Landfill Compactor', 'strong', String.raw`(BC)(\d{3,4})(R[BS])(-\d)?`, '$1 $2 $3$4'],
  ]),
  ...lines('Hamm', [
    ['Tandem Roller', 'medium', String.raw`(H[DX])(\+?\d{1,3}I?)([A-Z]{0,3})`, '$1 $2 $3'],
    ['Tandem Roller', 'medium', String.raw`(DV)(\+?\d{2,3})([A-Z]{0,2})`, '$1 $2 $3'],
    ['Single Drum Roller', 'medium', String.raw`(H|HC)(\d{1,3}I?)(P?)`, '$1 $2 $3'],
    ['Single Drum Roller', 'medium', String.raw`3(?:[2-6]\d{2})(?:HT)?P?`],
    ['Pneumatic Roller', 'medium', String.raw`(GRW|HP)(\d{2,3}I?)`, '$1 $2'],
  ]),
  ...lines('Dynapac', [
    ['Single Drum Roller', 'medium', String.raw`CA\d{2,4}[A-Z]{0,2}`],
    ['Tandem Roller', 'medium', String.raw`C[CO]\d{2,4}[A-Z]{0,2}`],
    ['Pneumatic Roller', 'medium', String.raw`CP\d{2,4}[A-Z]?`],
    ['Asphalt Paver', 'medium', String.raw`SD\d{4}[A-Z]{0,2}|F\d{3,4}[A-Z]{0,2}`],
    ['Cold Planer', 'medium', String.raw`PL\d{3,4}[A-Z]?`],
  ]),
  ...lines('Ammann', [
    ['Tandem Roller', 'medium', String.raw`(ARX|AV)(\d{2,3})(-\d)?`, '$1 $2$3'],
    ['Single Drum Roller', 'medium', String.raw`(ASC|ARS)(\d{2,3})`, '$1 $2'],
    ['Asphalt Paver', 'medium', String.raw`(AFT|AFW)(\d{3})`, '$1 $2'],
  ]),
  ...lines('Vögele', [
    ['Asphalt Paver', 'strong', String.raw`(SUPER|MT)(\d{3,4})(-\d{1,2}I?)?`, '$1 $2$3'],
  ]),
  ...lines('Wirtgen', [
    ['Cold Planer', 'strong', '(W)(1000|1200|1500|1900|2000|2100|2200)', '$1 $2'],
    ['Cold Planer', 'medium', String.raw`(W)(\d{2,4})([A-Z]{0,3})`, '$1 $2 $3'],
    ['Asphalt Paver', 'medium', String.raw`(SP)(\d{2,3}I?)`, '$1 $2'],
  ]),
  ...lines('Manitou', [
    ['Telehandler', 'medium', String.raw`(MTA?)-?(\d{3,5})([A-Z]{0,2})`, '$1 $2 $3'],
    ['Telehandler', 'strong', String.raw`(MHT)-?X?(\d{3,5})([A-Z]{0,2})`, '$1 $2 $3'],
    ['Telehandler', 'strong', String.raw`(MLT)-?(\d{3,4})-?(\d{3})?([A-Z]{0,2})`, '$1 $2 $3 $4'],
    ['Rotating Telehandler', 'strong', String.raw`(MRT)-?(\d{4})([A-Z]{0,2})`, '$1 $2 $3'],
    ['Forklift', 'medium', String.raw`(MC|MI|M)(\d{2,3})-?(\d)?`, '$1 $2'],
    ['Aerial Work Platform', 'medium', String.raw`\d{3}(?:ATJ|AETJ|TJ)|(?:ATJ|TJ)\d{2,3}`],
  ]),
  ...lines('Merlo', [
    ['Telehandler', 'strong', String.raw`(TF|P)(\d{2})\.(\d{1,2})([A-Z]{0,3})`, '$1$2.$3 $4'],
    [
      'Rotating Telehandler',
      'strong',
      String.raw`(ROTO)(\d{2})\.(\d{2})([A-Z]{0,3})`,
      '$1 $2.$3 $4',
    ],
    ['Telehandler', 'weak', String.raw`\d{2}\.\d{1,2}`],
  ]),
  ...lines('Mecalac', [
    ['Wheeled Excavator', 'medium', String.raw`(?:7|9|11|12|15)MWR|1[024]MTX`],
    ['Excavator', 'medium', '(?:6|8|10|15)MCR|15MC'],
    ['Wheel Loader', 'medium', String.raw`A[XS]\d{3,4}|AX[78]\d{2}`],
    ['Backhoe Loader', 'strong', String.raw`TLB\d{3}[A-Z]{0,3}`],
    ['Site Dumper', 'medium', String.raw`TA\d{1,2}[A-Z]{0,2}`],
  ]),
  ...lines('Hydrema', [
    ['Articulated Hauler', 'medium', '(?:910|912|922|707)[A-G](?:S|HM)?|D[TK]6|DT27G'],
    ['Articulated Hauler', 'weak', '910|912|922'],
    ['Backhoe Loader', 'medium', '(?:806|808|906|908|926|928)[A-G]'],
    ['Backhoe Loader', 'weak', '806|808|906|908|926|928'],
    ['Wheeled Excavator', 'medium', String.raw`M[XC]1[0-9][A-G]?|M1[0-9]\d{2}[A-G]?`],
  ]),
  ...lines('Kobelco', [
    [
      'Mini Excavator',
      'medium',
      String.raw`SK(?:0[0-9]|1[0-9]|2[0-9]|3[0-9]|4[0-9]|5[0-9])(?:SR|SRX|UR)*${version}`,
    ],
    [
      'Excavator',
      'strong',
      String.raw`SK(?:[6-9]\d|[1-9]\d{2,3})(?:SR|SRLC|SRNLC|LC|NLC|D|DLC|HD)*${version}`,
    ],
  ]),
  ...lines('Sumitomo', [
    ['Excavator', 'strong', String.raw`SH\d{2,3}(?:X|LC|LHD|B|US|TN)*${version}`],
  ]),
  ...lines('Sany', [
    ['Excavator', 'strong', String.raw`SY\d{2,4}(?:C|U|H|E|W|S)*(?:PRO)?(?:-\d)?`],
    ['Mobile Crane', 'medium', String.raw`(?:STC|SAC|SRC)\d{2,5}[A-Z]?`],
    ['Crawler Crane', 'medium', String.raw`SCC\d{2,5}[A-Z]*`],
    ['Wheel Loader', 'medium', String.raw`SW\d{3}[A-Z]?`],
  ]),
  ...lines('XCMG', [
    ['Excavator', 'strong', String.raw`XE\d{2,4}(?:[A-Z]{1,3})?`],
    ['Wheel Loader', 'medium', String.raw`(?:LW|ZL|XC9)\d{2,3}[A-Z]{0,3}`],
    ['Motor Grader', 'medium', String.raw`GR\d{3,4}[A-Z]?`],
    ['Mobile Crane', 'medium', String.raw`(?:XCT|QY|XCA)\d{2,4}[A-Z]*`],
    ['Single Drum Roller', 'medium', String.raw`XS\d{3}[A-Z]?`],
  ]),
  ...lines('LiuGong', [
    ['Excavator', 'medium', String.raw`(?:CLG)?9\d{2}[CDEF](?:HD)?`],
    ['Wheel Loader', 'medium', String.raw`(?:CLG)?8\d{2,3}(?:H|T|N)?|CLG8\d{2}`],
  ]),
  ...lines('SDLG', [
    ['Wheel Loader', 'medium', String.raw`LG?9[1-6]\d[A-Z]{0,2}`],
    ['Excavator', 'medium', String.raw`(?:LG|E)6\d{3}[A-Z]{0,2}`],
  ]),
  ...lines('New Holland', [
    ['Excavator', 'medium', String.raw`E\d{2,3}[BCD](?:SR|LC|EL)*(?:-\d)?`],
    ['Wheel Loader', 'medium', String.raw`W\d{2,3}[B-D](?:TC|PT)?`],
    ['Backhoe Loader', 'medium', String.raw`(?:LB|B)\d{2,3}[B-D]?(?:TC)?`],
    ['Telehandler', 'medium', String.raw`LM\d{3,4}[A-Z]?|TH\d\.\d{2}`],
  ]),
  ...lines('Hidromek', [
    ['Excavator', 'strong', String.raw`(HMK)(\d{3})(LC|NLC|W)?(-\d)?`, '$1 $2 $3$4'],
    ['Backhoe Loader', 'strong', String.raw`(HMK)(62|102)([A-Z]{1,2})`, '$1 $2$3'],
  ]),
  ...lines('Bell', [['Articulated Hauler', 'medium', 'B(?:18|20|25|30|35|40|45|50|60)[A-E]']]),
  ...lines('Terex', [
    ['Articulated Hauler', 'medium', 'TA(?:25|27|30|35|40|300|400)'],
    ['Rigid Dump Truck', 'medium', 'TR(?:35|40|45|60|70|100)'],
    ['Mini Excavator', 'medium', String.raw`TC\d{2,3}`],
  ]),
  ...lines('Sennebogen', [
    ['Material Handler', 'medium', String.raw`8(?:17|18|21|25|30|35|40|50|55|60|70|80)[EMG]?`],
  ]),
  ...lines('Fuchs', [['Material Handler', 'strong', String.raw`MHL\d{3}[A-F]?`]]),
  ...lines('JLG', [
    ['Boom Lift', 'strong', String.raw`E?\d{3,4}(?:AJ|SJ|AJP|AJPN|SC)`],
    ['Scissor Lift', 'medium', String.raw`(?:ES|R|RT)?\d{4}(?:ES|R|LE|RT)`],
  ]),
  ...lines('Genie', [
    ['Scissor Lift', 'strong', String.raw`(GS)-?(\d{4})([A-Z]*)`, '$1-$2 $3'],
    ['Boom Lift', 'strong', String.raw`[SZ]X?-?\d{2,3}(?:/\d{2})?[A-Z]*`],
    ['Telehandler', 'strong', String.raw`GTH-?\d{4}[A-Z]*`],
  ]),
  ...lines('Skyjack', [['Scissor Lift', 'strong', String.raw`SJ(?:III)?\d{4}[A-Z]*`]]),
  ...lines('Palfinger', [
    ['Loader Crane', 'strong', String.raw`(PK)(\d{4,6})([A-Z]{0,3})`, '$1 $2 $3'],
  ]),
  ...lines('Hiab', [['Loader Crane', 'medium', String.raw`X-?(?:HIPRO|CLX|DUO)?\d{2,4}[A-Z]*`]]),
  ...lines('Tadano', [
    ['Mobile Crane', 'strong', String.raw`(ATF|GR|AC)-?(\d{2,4}[A-Z]?)(-\d)?`, '$1 $2$3'],
  ]),
  ...lines('Grove', [['Mobile Crane', 'strong', String.raw`GMK\d{4}[A-Z]?(?:-\d)?|RT\d{3,4}E?`]]),
  ...lines('Kato', [
    ['Excavator', 'strong', String.raw`HD\d{3,4}[A-Z]*(?:-\d)?`],
    ['Mobile Crane', 'strong', String.raw`(?:NK|KR|SR|SS)-?\d{2,4}[A-Z]*`],
  ]),
  ...lines('Eurocomach', [['Mini Excavator', 'strong', String.raw`ES\d{2,3}[A-Z]{0,3}\d?`]]),
  ...lines('IHI', [['Mini Excavator', 'strong', String.raw`\d{2}(?:VX|NX|JX)-?\d?`]]),
  ...lines('Link-Belt', [['Excavator', 'strong', String.raw`\d{3}X\d(?:LF|EX|MSR|HW)?`]]),
  ...lines('Magni', [
    ['Rotating Telehandler', 'strong', String.raw`(RTH)(\d{1,2}\.\d{2})([A-Z]{0,3})`, '$1 $2 $3'],
  ]),
  ...lines('Haulotte', [['Boom Lift', 'medium', String.raw`HA\d{2}[A-Z]*`]]),
];
