// Replaces the main module of undici with the only parts that the function uses: a dispatcher for
// one origin over HTTP/1.1, with `request`. undici's main module combines them in the same way.
import request from 'undici/lib/api/api-request.js';
import Client from 'undici/lib/dispatcher/client.js';
import Dispatcher from 'undici/lib/dispatcher/dispatcher.js';

Dispatcher.prototype.request = request;

export { Client };
