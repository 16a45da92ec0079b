// What is written on and around machines that is neither a maker nor a model; numbers and names beside
// these words are not a maker's. lettering/ says what each list means.

const words = (...lines: readonly string[]): ReadonlySet<string> =>
  new Set(lines.flatMap((line) => line.split(' ')));

/** A measure with its unit: 50HP, 2,5TO. */
export const measure =
  /^\d+(?:[.,]\d+)?(?:KG|TON|TONS|TONNE|TONNES|TONN|TO|HP|KW|PS|HK|AH|LTR|MM|CM|KM|KMH|BAR|PSI|RPM|DB|DBA|KN|NM|HZ|KVA|FT|LB|LBS|%|°C?)$/u;

/** Units that stand apart from their number ("100 KG"). */
export const unitWords = words(
  'KG T TON TONS TONNE TONNES TONN HP KW PS HK V VOLT AH LTR LITER LITRE LITRES MM CM KM BAR PSI RPM DB',
  'KN NM HZ KVA FT LB LBS % TIMER HOURS HRS KR EUR DKK',
);

/** Standards by their number. */
export const standardWords = words('ISO EN DIN ANSI SAE RAL CE');

/** Limits and years of make. */
export const limitWords = words(
  'MAX MAKS MIN SWL WLL LWA STAGE TIER EURO KM YEAR ÅR ÅRGANG BAUJAHR IN SINCE SIDEN',
);

/** Words after which anything is something else: a telephone, a serial or a fleet number, a gate. */
export const namingWords = words(
  'TLF TEL TELEFON TELEFONNR PHONE FAX MOB MOBIL NR NO NUMMER NUMBER № SN S/N SERIAL PIN VIN REG CVR',
  'FLEET UNIT ID VOGN BUS ROUTE PLADS PORT GATE TOR ZONE HAL DOCK',
);

/**
 * Number plates over one to three tokens (joined by single blanks): Denmark and Norway, United
 * Kingdom, Sweden, Germany.
 */
export const plates: readonly RegExp[] = [
  /^[A-Z]{2} ?\d{2} ?\d{3}$/u,
  /^[A-Z]{2}\d{2} [A-Z]{3}$/u,
  /^[A-Z]{3} \d{2}[A-Z0-9]$/u,
  /^[A-ZÄÖÜ]{1,3}-[A-Z]{1,2} ?\d{1,4}$/u,
];

/** What may follow a maker's name where no machine is meant: engines, lorries, banks. */
export const otherTrades: ReadonlySet<string> = words(
  'PENTA TRUCK TRUCKS LASTBILER LASTVAGNAR CARS BUSES BUS MOTOR MOTORS ENGINE ENGINES DIESEL FINANCE',
  'FINANCIAL CREDIT MARINE LEASING TRACTOR TRACTORS TOOLS TYRES',
);

/** Beside a name these say that it is an owner's: KRAMER TIEFBAU, AMMANN ERDBAU. */
export const ownerWords: ReadonlySet<string> = words(
  'BAU TIEFBAU HOCHBAU ERDBAU STRASSENBAU ABBRUCH GARTENBAU TRANSPORTE VERMIETUNG MIETPARK',
  'ENTREPRENØR ENTREPRENØRER ENTREPRENAD ENTREPRISE ENTREPRISES MASKINSTATION MASKINER MASKINUDLEJNING',
  'ANLÆG KLOAK VOGNMAND UDLEJNING LEJE BRØDRENE SØN SØNNER OG',
  'RENTAL RENTALS RENT HIRE PLANTHIRE SON SONS BROTHERS BROS CONTRACTORS CONTRACTING DEMOLITION GROUNDWORKS HAULAGE',
  'LOCATION LOCAÇÃO ALQUILER NOLEGGIO VERHUUR UTLEIE UTHYRNING VUOKRAUS LEASING TERRASSEMENT TRAVAUX SERVICE KOMMUNE KOMMUN KOMMUNA STADT CITY HOTEL STREET ROAD AVENUE STATION BICYCLES SHOES LOCKS UNIVERSITY',
);

/** Makers of lorries, engines, tyres, attachments, and rental firms: what stands beside their name is their number. */
export const otherFirms: ReadonlySet<string> = words(
  'SCANIA MAN MERCEDES MERCEDESBENZ DAF IVECO RENAULT SISU TATRA HINO FUSO UD FREIGHTLINER KENWORTH PETERBILT', // lorries
  'MACK HOWO SINOTRUK FAW DONGFENG KAMAZ MAZ URAL GINAF TERBERG FORD OPEL NISSAN FIAT PEUGEOT CITROEN HONDA', // lorries and cars
  'CUMMINS DEUTZ PERKINS ISUZU MTU HATZ MITSUBISHI LOMBARDINI KOHLER BRIGGS WEICHAI', // engines
  'MICHELIN BRIDGESTONE GOODYEAR CONTINENTAL NOKIAN TRELLEBORG MITAS YOKOHAMA FIRESTONE PIRELLI BKT ALLIANCE', // tyres
  'MAXAM GALAXY TRIANGLE CAMSO SOLIDEAL', // tyres
  'ENGCON ROTOTILT STEELWRIST INDEXATOR OILQUICK RAMMER MONTABERT KRUPP EPIROC LEHNHOFF MILLER MARTTIINI NOX SMP', // attachments
  'GJERSTAD CANGINI SIMEX MANTOVANIBENNE INDECO SOOSAN NPK OKADA ALLU REMU GEITH STRICKLAND KINSHOFER HOLP VTN', // attachments
  'TRIMA QUICKE STOLL KESLA GENESIS LABOUNTY ARDEN DEMAREC VERACHTERT PLADDET ROTAR EVERDIGM DIGGA AUGERTORQUE', // attachments
  'WERKBRAU HARDOX ATLASCOPCO KAESER COMPAIR', // attachments, steel, compressors
  'LOXAM BOELS KILOUTOU CRAMO RAMIRENT RENTA RIWAL SUNBELT HERC HSS SPEEDY ASHTEAD APLANT COATES KENNARDS HKL', // rental firms
  'MATECO GERKEN GSV NISHIO AKTIO RENTOKIL NATIONWIDE BIGRENTZ', // rental firms
);

/** Words of a company's name that say nothing. */
export const companyWords = words(
  'INC LTD LIMITED CORP CORPORATION COMPANY CO GROUP AB AG GMBH SE SA SPA PLC LLC CE CONSTRUCTION',
  'EQUIPMENT MACHINERY MACHINES INDUSTRIES HEAVY INFRACORE EUROPE GLOBAL',
);

/** Words that stand behind a number and belong to it, whoever made it. */
export const suffixWords = words(
  'COMPACT HYBRID ELECTRIC PLUS PRO SUPER ECO AGRI TRAX HIVIZ LITRONIC XPOWER STEREO SPEEDER RAIL TIMBER',
  'INDUSTRY ALPHA GLOBAL TURBO VARIO TELE PRIVILEGE SPRAYJET G-TIER P-TIER X-TIER R-SERIES M-SERIES',
  'SMARTGRADE WASTEMASTER SITEMASTER ELITE PREMIUM CLASSIC VISION VISION+ EASY COMFORT E-DRIVE',
);

/** Shorter ones, which are abbreviations of something else too. */
export const shortSuffixes = words(
  'LC LCR NLC LGP XL XE XW GC GX CR SR SB XT EP WT HL HR LT AWD WH SA VV VO VT RT DC HD MH TC EJ SH EH CS TT HF',
  'AT SE SM XC FE IC ME LRR RC PD HX AM TOP SP PS+ V+ LSU LE PXNT SPX TX PRO+ II III MK2 S2 S3',
  'VAB GW QC XPS PW HS XR WL HLW SLR R2 R3 M2 M3 IT4 4X4 4WD 6W 8W 10W V2 V4 CLR HLX',
);

/** A row with one of these is the picture's, not the machine's: who took it, who sells it. */
export const captionWords: ReadonlySet<string> = words(
  'PHOTO FOTO PHOTOGRAPHER FOTOGRAF PHOTOGRAPHY CREDIT COPYRIGHT COURTESY STOCK ALAMY GETTY GETTYIMAGES ISTOCK',
  'ISTOCKPHOTO SHUTTERSTOCK DREAMSTIME DEPOSITPHOTOS 123RF BIGSTOCK IMAGO PICTUREALLIANCE',
);
