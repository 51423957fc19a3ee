/**
 * The OTLP messages for traces, as protobuf: the few fields that are read, by the numbers of opentelemetry-proto 1.x (trace/v1, common/v1,
 * resource/v1, collector/trace/v1) and google.rpc.Status. The only importer of protobufjs.
 */
import protobuf from 'protobufjs/light.js';

const root = protobuf.Root.fromJSON({
  nested: {
    ExportTraceServiceRequest: { fields: { resourceSpans: repeated('ResourceSpans', 1) } },
    ResourceSpans: {
      fields: {
        resource: { type: 'Resource', id: 1 },
        scopeSpans: repeated('ScopeSpans', 2),
        schemaUrl: { type: 'string', id: 3 },
      },
    },
    Resource: { fields: { attributes: repeated('KeyValue', 1) } },
    ScopeSpans: {
      fields: {
        scope: { type: 'Scope', id: 1 },
        spans: repeated('Span', 2),
        schemaUrl: { type: 'string', id: 3 },
      },
    },
    Scope: {
      fields: {
        name: { type: 'string', id: 1 },
        version: { type: 'string', id: 2 },
        attributes: repeated('KeyValue', 3),
      },
    },
    Span: {
      fields: {
        traceId: { type: 'bytes', id: 1 },
        spanId: { type: 'bytes', id: 2 },
        traceState: { type: 'string', id: 3 },
        parentSpanId: { type: 'bytes', id: 4 },
        name: { type: 'string', id: 5 },
        kind: { type: 'int32', id: 6 },
        startTimeUnixNano: { type: 'fixed64', id: 7 },
        endTimeUnixNano: { type: 'fixed64', id: 8 },
        attributes: repeated('KeyValue', 9),
        events: repeated('Event', 11),
        links: repeated('Link', 13),
        status: { type: 'Status', id: 15 },
        flags: { type: 'fixed32', id: 16 },
      },
    },
    Event: { fields: { name: { type: 'string', id: 2 }, attributes: repeated('KeyValue', 3) } },
    Link: { fields: { traceState: { type: 'string', id: 3 }, attributes: repeated('KeyValue', 4) } },
    Status: { fields: { message: { type: 'string', id: 2 }, code: { type: 'int32', id: 3 } } },
    KeyValue: { fields: { key: { type: 'string', id: 1 }, value: { type: 'AnyValue', id: 2 } } },
    AnyValue: {
      oneofs: {
        value: {
          oneof: ['stringValue', 'boolValue', 'intValue', 'doubleValue', 'arrayValue', 'kvlistValue', 'bytesValue'],
        },
      },
      fields: {
        stringValue: { type: 'string', id: 1 },
        boolValue: { type: 'bool', id: 2 },
        intValue: { type: 'int64', id: 3 },
        doubleValue: { type: 'double', id: 4 },
        arrayValue: { type: 'ArrayValue', id: 5 },
        kvlistValue: { type: 'KeyValueList', id: 6 },
        bytesValue: { type: 'bytes', id: 7 },
      },
    },
    ArrayValue: { fields: { values: repeated('AnyValue', 1) } },
    KeyValueList: { fields: { values: repeated('KeyValue', 1) } },
    ExportTraceServiceResponse: { fields: { partialSuccess: { type: 'PartialSuccess', id: 1 } } },
    PartialSuccess: { fields: { rejectedSpans: { type: 'int64', id: 1 }, errorMessage: { type: 'string', id: 2 } } },
    RpcStatus: { fields: { code: { type: 'int32', id: 1 }, message: { type: 'string', id: 2 } } },
  },
});

function repeated(type: string, id: number) {
  return { rule: 'repeated', type, id } as const;
}

const request = root.lookupType('ExportTraceServiceRequest');

/**
 * A request in the shape of OTLP/JSON, but ids and bytes stay bytes. Fields that were not sent are absent.
 * @throws when the bytes are not such a message
 */
export function decodeRequest(body: Uint8Array): unknown {
  return request.toObject(request.decode(body), { longs: String, arrays: true });
}

export type ResponseMessage = 'ExportTraceServiceResponse' | 'RpcStatus';

export function encodeResponse(message: ResponseMessage, value: Readonly<Record<string, unknown>>): Uint8Array {
  const type = root.lookupType(message);
  return type.encode(type.fromObject({ ...value })).finish();
}
