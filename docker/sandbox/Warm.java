import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.math.BigInteger;
import java.util.*;
import java.util.stream.*;

/** Loads what programs usually load, while the image is built; never run after that. */
public class Warm {
  record Pair(int first, long second) {}

  public static void main(String[] arguments) throws Exception {
    BufferedReader reader = new BufferedReader(new InputStreamReader(System.in));
    Scanner scanner = new Scanner(reader.readLine());
    StringTokenizer tokens = new StringTokenizer("3 4");
    Map<String, List<Integer>> lists = new TreeMap<>();
    lists.computeIfAbsent("a", key -> new ArrayList<>()).add(scanner.nextInt());
    Map<Long, Integer> counts = new HashMap<>();
    counts.merge(scanner.nextLong(), 1, Integer::sum);
    PriorityQueue<int[]> queue = new PriorityQueue<>((left, right) -> Integer.compare(left[0], right[0]));
    queue.add(new int[] {Integer.parseInt(tokens.nextToken())});
    Deque<Long> deque = new ArrayDeque<>(counts.keySet());
    Set<Integer> set = new TreeSet<>(Comparator.reverseOrder());
    set.addAll(Arrays.asList(3, 1, 2));
    List<Pair> pairs = new ArrayList<>(List.of(new Pair(1, 2)));
    Collections.sort(pairs, Comparator.comparing(Pair::second));
    String text = IntStream.range(0, 5).mapToObj(Integer::toString).collect(Collectors.joining(" "));
    BigInteger product = BigInteger.TWO.pow(70).multiply(new BigInteger("12"));
    System.out.printf("%.3f %d %s%n", 1.5, 3, text);
    System.out.println(new StringBuilder().append(deque).append(set).append(product).append(new BitSet(8)));
    System.out.println(String.join(",", lists.keySet()) + queue.size() + pairs.get(0) + Math.sqrt(2));
  }
}
