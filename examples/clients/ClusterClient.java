import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;

/** java ClusterClient.java URL AUTHORIZATION [NODE]: prints the status, removes NODE, then follows all changes. */
class ClusterClient {
  // On http: it asks for HTTP/2 with every request (Upgrade: h2c), and is answered with HTTP/1.1.
  static final HttpClient CLIENT = HttpClient.newHttpClient();

  static final String STATUS = "{ clusterStatus { nodeName state connections { name state } } }";
  static final String REMOVE = "mutation($name: String!) { removeNode(input: { hostname: $name }) { message } }";
  static final String FOLLOW = "subscription { connectionStatusChanged(snapshot: true) { kind message } }";

  public static void main(String[] arguments) throws Exception {
    String url = arguments[0], authorization = arguments[1];
    System.out.println(ask(url, authorization, STATUS, "{}"));
    if (arguments.length > 2) {
      System.out.println(ask(url, authorization, REMOVE, "{\"name\":\"" + arguments[2] + "\"}"));
    }
    follow(url, authorization);
  }

  /** The answer as JSON. An error is in it with its code, whatever the HTTP status is. */
  static String ask(String url, String authorization, String query, String variables) throws Exception {
    String body = "{\"query\":\"" + query + "\",\"variables\":" + variables + "}";
    HttpRequest request = HttpRequest.newBuilder(URI.create(url))
        .header("Authorization", authorization)
        .header("Content-Type", "application/json")
        .POST(BodyPublishers.ofString(body))
        .build();
    return CLIENT.send(request, BodyHandlers.ofString()).body();
  }

  /** Prints each change, until the gateway ends the subscription; comes back when the connection breaks. */
  static void follow(String url, String authorization) throws InterruptedException {
    URI address = URI.create(url + "?query=" + URLEncoder.encode(FOLLOW, StandardCharsets.UTF_8));
    String id = "";
    for (boolean complete = false; !complete; Thread.sleep(complete ? 0 : 1000)) {
      HttpRequest.Builder request = HttpRequest.newBuilder(address)
          .header("Authorization", authorization)
          .header("Accept", "text/event-stream");
      if (!id.isEmpty()) request.header("Last-Event-ID", id);
      boolean expired = false;
      try (Stream<String> lines = CLIENT.send(request.build(), BodyHandlers.ofLines()).body()) {
        for (String line : (Iterable<String>) lines::iterator) {
          if (line.startsWith("id:")) id = line.substring(3).strip();
          if (line.startsWith("data: ")) System.out.println(line.substring(6));
          // Changes were missed, and the id is empty again: the next attempt begins with a snapshot.
          if (line.contains("\"CURSOR_EXPIRED\"")) expired = true;
          if (line.equals("event: complete")) complete = !expired;
        }
      } catch (IOException | UncheckedIOException broken) {
        System.out.println("broken off: coming back");
      }
    }
  }
}
