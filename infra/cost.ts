/** Prices of AWS in US East (N. Virginia), in USD, without any free tier. */
const PRICES = {
  secretMonth: 0.4,
  secretsManagerCall: 0.05 / 10_000,
  lambdaRequest: 0.2 / 1_000_000,
  lambdaGigabyteSecond: 0.0000133334,
  scheduledCall: 1 / 1_000_000,
  logGigabyte: 0.5,
  endpointZoneHour: 0.01,
  metricMonth: 0.3,
  alarmMonth: 0.1,
  dashboardMonth: 3,
};

const HOURS_A_MONTH = 730;

// What the function does in a month for one user. A test counts the calls to Secrets Manager: of a
// rotation with the deletion that follows, in admin mode, and of an hourly reconcile.
const ROTATIONS = 1;
export const CALLS_A_ROTATION = 23;
const INVOCATIONS_A_ROTATION = 4;
export const CALLS_A_RECONCILE = 2;

// On the safe side: a warm reconcile takes a tenth of it, and writes half as much.
const SECONDS_AN_INVOCATION = 1;
const GIGABYTES = 0.5;
const LOG_GIGABYTES_AN_INVOCATION = 2_000 / 1e9;

/** USD a month for so many users, without VPC endpoints. */
function monthlyCost(users: number): number {
  const invocations = ROTATIONS * INVOCATIONS_A_ROTATION + HOURS_A_MONTH;
  const calls = ROTATIONS * CALLS_A_ROTATION + HOURS_A_MONTH * CALLS_A_RECONCILE;
  const user =
    PRICES.secretMonth +
    calls * PRICES.secretsManagerCall +
    invocations * PRICES.lambdaRequest +
    invocations * SECONDS_AN_INVOCATION * GIGABYTES * PRICES.lambdaGigabyteSecond +
    invocations * LOG_GIGABYTES_AN_INVOCATION * PRICES.logGigabyte +
    HOURS_A_MONTH * PRICES.scheduledCall;
  return users * user;
}

/** USD a month for the two interface endpoints of a private VPC. */
function endpointsCost(zones: number): number {
  return 2 * zones * HOURS_A_MONTH * PRICES.endpointZoneHour;
}

// A test counts them: the metrics of the function, and of each step the duration.
export const METRICS = 14;
export const ALARMS = 7;

/** USD a month for alarms, metrics and dashboard, however many users there are. */
function monitoringCost(): number {
  return METRICS * PRICES.metricMonth + ALARMS * PRICES.alarmMonth + PRICES.dashboardMonth;
}

/** The lines of the table in docs/deploy.md. */
export function costTable(): string[] {
  const dollars = (amount: number) => `$${amount.toFixed(2)}`;
  return [
    `| 10 users | ${dollars(monthlyCost(10))} |`,
    `| 100 users | ${dollars(monthlyCost(100))} |`,
    `| alarms, metrics and the dashboard, once | ${dollars(monitoringCost())} |`,
    `| the endpoints of a private VPC, in 2 zones | ${dollars(endpointsCost(2))} |`,
  ];
}

const TITLE = 'USD a month in US East, with one rotation a month';

if (import.meta.main) process.stdout.write(`${[TITLE, '', ...costTable()].join('\n')}\n`);
