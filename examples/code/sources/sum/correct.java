import java.util.Scanner;

public class Sum {
    public static void main(String[] arguments) {
        Scanner scanner = new Scanner(System.in);
        System.out.println(scanner.nextLong() + scanner.nextLong());
    }
}
