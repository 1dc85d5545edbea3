export { defaultLimits, type GatewayLimits } from './gateway.ts';
export { type GatewayOptions, openApi, type RunningGateway, serveGateway } from './server.ts';
