// at: libs/messaging/src/connection.ts
// lint says nothing
import { connect } from 'nats';

export const connection = connect;
