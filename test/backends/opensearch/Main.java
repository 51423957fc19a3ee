import static org.codelibs.opensearch.runner.OpenSearchRunner.newConfigs;

import org.codelibs.opensearch.runner.OpenSearchRunner;

/** One OpenSearch node on loopback: folder, HTTP port, transport port. Ends with the process. */
public class Main {
  public static void main(String[] args) throws Exception {
    var runner = new OpenSearchRunner();
    runner.onBuild((number, settings) -> {
      settings.put("network.host", "127.0.0.1");
      settings.put("http.port", args[1]);
      settings.put("transport.port", args[2]);
    });
    runner.build(newConfigs().basePath(args[0]).clusterName("test").numOfNode(1).printOnFailure());
    Thread.currentThread().join();
  }
}
