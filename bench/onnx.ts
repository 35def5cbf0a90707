import type { Network } from '../lib/kernels/dense';
import { PbfWriter } from '../lib/vendor/pbf';

const [FLOAT, INT] = [1, 2];
/** Of the exchange format, and of its operators: old enough for every runtime. */
const [IR_VERSION, OPERATORS] = [7, 13];

/** A network as an ONNX model (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto): rows `x` in, rows `y` out. */
export function onnxModel(network: Network): Uint8Array {
  return message((model) => {
    model.writeVarintField(1, IR_VERSION);
    part(model, 7, (graph) => {
      network.forEach((layer, index) => {
        const [from, to] = [index === 0 ? 'x' : `h${index}`, index === network.length - 1 ? 'y' : `h${index + 1}`];
        const sums = to === 'y' ? to : `s${index}`;
        part(graph, 1, (node) => {
          for (const input of [from, `w${index}`, `b${index}`]) node.writeStringField(1, input);
          node.writeStringField(2, sums);
          node.writeStringField(4, 'Gemm');
          part(node, 5, (attribute) => {
            attribute.writeStringField(1, 'transB');
            attribute.writeVarintField(3, 1);
            attribute.writeVarintField(20, INT);
          });
        });
        if (sums !== to) {
          part(graph, 1, (node) => {
            node.writeStringField(1, sums);
            node.writeStringField(2, to);
            node.writeStringField(4, 'Relu');
          });
        }
        part(graph, 5, tensor(`w${index}`, layer.weights, [layer.outputs, layer.inputs]));
        part(graph, 5, tensor(`b${index}`, layer.bias, [layer.outputs]));
      });
      graph.writeStringField(2, 'network');
      part(graph, 11, row('x', network[0].inputs));
      part(graph, 12, row('y', network[network.length - 1].outputs));
    });
    part(model, 8, (operators) => operators.writeVarintField(2, OPERATORS));
  });
}

type Write = (to: PbfWriter) => void;

function message(write: Write): Uint8Array {
  const writer = new PbfWriter();
  write(writer);
  return writer.finish();
}

function part(to: PbfWriter, field: number, write: Write): void {
  to.writeBytesField(field, message(write));
}

function tensor(name: string, values: Float32Array, shape: readonly number[]): Write {
  return (to) => {
    for (const size of shape) to.writeVarintField(1, size);
    to.writeVarintField(2, FLOAT);
    to.writeStringField(8, name);
    to.writeBytesField(9, new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  };
}

function row(name: string, width: number): Write {
  return (to) => {
    to.writeStringField(1, name);
    part(to, 2, (type) =>
      part(type, 1, (of) => {
        of.writeVarintField(1, FLOAT);
        part(of, 2, (shape) => {
          for (const size of [1, width]) part(shape, 1, (dimension) => dimension.writeVarintField(1, size));
        });
      }),
    );
  };
}
