export { type LimitName, type Limits, limitArguments, limitsWith, readLimits } from './bounds';
export { Budget, LimitReached } from './budget';
export { ModelPrices, pricesVariable } from './prices';
